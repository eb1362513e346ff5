"""A school's schema, its owner role, its cache prefix and its storage folder all bear one name: `e_` and the UAI.

The engine keeps a few schemas of its own beside them: templates, spares, schools being restored or erased. Their
names begin with `w_`; no request and no task ever stands in one.
"""

import re
import secrets

from django_tenants.utils import get_public_schema_name

# The database holds the same rule as a CHECK on establishments_establishment.schema_name.
SCHOOL_SCHEMA = re.compile(r"e_[0-9]{7}[a-z]\Z")
WORKSHOP_SCHEMA = re.compile(r"w_[a-z]+_[0-9a-z]{1,40}\Z")


def schema_name_for(uai: str) -> str:
    """`0670079Z` gives `e_0670079z`. Raises ValueError when the result is not a school's schema name."""
    name = f"e_{uai.lower()}"
    if not is_school_schema(name):
        raise ValueError(f"{uai!r} does not name a school schema")
    return name


def workshop_name(kind: str) -> str:
    """A name for a schema of the engine's own that nobody has taken: `w_spare_` and 16 hexadecimal digits."""
    return f"w_{kind}_{secrets.token_hex(8)}"


def is_school_schema(name: str | None) -> bool:
    return bool(name) and SCHOOL_SCHEMA.match(str(name)) is not None


def is_workshop(name: str | None) -> bool:
    return bool(name) and WORKSHOP_SCHEMA.match(str(name)) is not None


def is_public(name: str | None) -> bool:
    return name == get_public_schema_name()
