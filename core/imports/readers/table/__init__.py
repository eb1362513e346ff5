"""Free tables, CSV or XLSX: `columns` shows what is in one, `read_table` reads it by a mapping of its columns."""

from core.imports.readers.table.columns import Columns, columns, template
from core.imports.readers.table.fields import FIELDS
from core.imports.readers.table.rows import read_table

__all__ = ["FIELDS", "Columns", "columns", "read_table", "template"]
