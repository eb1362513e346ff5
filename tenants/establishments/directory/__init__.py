"""Loading a directory of schools: read the file, show the difference, apply it.

`plan` reads and compares, `apply` writes. Nothing is ever deleted.
"""

from tenants.establishments.directory.apply import apply
from tenants.establishments.directory.difference import Plan, plan
from tenants.establishments.directory.reading import MAX_BYTES, UnreadableFile
from tenants.establishments.directory.report import refused_csv

__all__ = ["MAX_BYTES", "Plan", "UnreadableFile", "apply", "plan", "refused_csv"]
