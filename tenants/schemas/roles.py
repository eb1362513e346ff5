"""PostgreSQL roles: one per school, and the group that all of them belong to.

Roles belong to the cluster, not to the database: two databases that make the same one at once meet in the
catalog, and the one that comes second simply looks again.
"""

from django.db import DatabaseError, connection, transaction

from tenants.schemas import makers
from tenants.schemas.context import region

GROUP = "schools"
_TRIES = 5
_MANY = 4  # for fewer, a maker is not worth its own making
# Of those that are there: whether we may take them on, and whether they belong to the group.
_STATE_OF_SCHOOLS = """
SELECT r.rolname,
    EXISTS (SELECT FROM pg_auth_members m
            WHERE m.roleid = r.oid AND m.member = current_user::regrole AND m.set_option)
    AND EXISTS (SELECT FROM pg_auth_members m
                WHERE m.roleid = to_regrole(%(group)s) AND m.member = r.oid)
FROM pg_roles r WHERE r.rolname = ANY(%(names)s)
"""


def ensure(role: str, *, login: bool) -> None:
    """Create the role if it is missing, and let the application's login role take it on, without inheriting."""
    _again(
        f"CREATE ROLE {role} {'LOGIN' if login else 'NOLOGIN'}",
        unless=("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]),
    )
    if login:
        _again(
            f"GRANT {role} TO CURRENT_USER WITH SET TRUE, INHERIT FALSE",
            unless=(
                "SELECT 1 FROM pg_auth_members m WHERE m.roleid = %s::regrole AND m.member = current_user::regrole"
                " AND m.set_option",
                [role],
            ),
        )


def ensure_schools(names: list[str]) -> None:
    """The owner roles of many schools; those that are there already are only checked, all in one query."""
    with region(), connection.cursor() as cursor:
        cursor.execute(_STATE_OF_SCHOOLS, {"names": names, "group": GROUP})
        complete = dict(cursor.fetchall())
    missing = [name for name in names if name not in complete]
    if len(missing) >= _MANY:
        try:
            makers.make_roles(missing, group=GROUP)
        except DatabaseError:  # somebody else makes some of them: one by one then
            pass
        else:
            missing = []
    for name in [*missing, *(name for name, whole in complete.items() if not whole)]:
        ensure(name, login=True)
        ensure_member(name, of=GROUP)


def ensure_member(role: str, *, of: str) -> None:
    _again(
        f"GRANT {of} TO {role}",
        unless=("SELECT 1 FROM pg_auth_members WHERE roleid = %s::regrole AND member = %s::regrole", [of, role]),
    )


def _again(statement: str, *, unless: tuple[str, list[str]]) -> None:
    """Execute `statement` unless the query finds a row; look again when somebody else was faster."""
    for attempt in range(_TRIES):
        with region(), connection.cursor() as cursor:
            cursor.execute(*unless)
            if cursor.fetchone():
                return
        try:
            with region(), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            if attempt == _TRIES - 1:
                raise
        else:
            return
