"""Cache keys carry the schema, so that two schools never share an entry."""

from tenants.schemas.context import current_schema


def make_key(key: str, key_prefix: str, version: int) -> str:
    return f"{key_prefix}:{current_schema()}:{version}:{key}"
