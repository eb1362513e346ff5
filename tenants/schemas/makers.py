"""Making many roles at a price that hardly grows with those that are there.

For whoever is no superuser, PostgreSQL looks through every role that they hold before each CREATE ROLE and GRANT,
and anew after each: 50 ms a role when there are three thousand. So roles are made by another role that holds
nothing yet, a maker of the batch's own, which hands them over: below 1 ms.
"""

import secrets
from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from tenants.schemas.context import region

BATCH = 200


def make_roles(names: Iterable[str], *, group: str) -> None:
    """Owner roles of schools that are not there yet: LOGIN, members of `group`, to be taken on but not inherited.

    Each batch is one transaction and one message. Raises DatabaseError when somebody else makes one meanwhile.
    """
    for batch in _batches(list(names)):
        maker = f"w_maker_{secrets.token_hex(8)}"
        with region(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("; ".join(_statements(maker, batch, group)))


def _statements(maker: str, names: list[str], group: str) -> Iterator[str]:
    # We inherit from the maker, which owns nothing, so that what it administers stays ours to rename and to drop.
    yield "SET LOCAL createrole_self_grant = 'set, inherit'"
    yield f"CREATE ROLE {maker} NOLOGIN CREATEROLE"
    yield f"GRANT {group} TO {maker} WITH ADMIN TRUE, SET FALSE, INHERIT FALSE"
    yield "SET LOCAL createrole_self_grant = ''"
    yield f"SET LOCAL ROLE {maker}"
    for name in names:
        yield f"CREATE ROLE {name} LOGIN"
        yield f"GRANT {name} TO SESSION_USER WITH SET TRUE, INHERIT FALSE"
    yield f"GRANT {group} TO {', '.join(names)}"
    yield "SET LOCAL ROLE NONE"
    yield "SET LOCAL createrole_self_grant TO DEFAULT"


def _batches(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), BATCH):
        yield names[start : start + BATCH]
