"""PostgreSQL roles: one per school, and the group that all of them belong to.

Roles belong to the cluster, not to the database: two databases that make the same one at once meet in the
catalog, and the one that comes second simply looks again.
"""

from django.db import DatabaseError, connection, transaction

from tenants.schemas.context import region

GROUP = "schools"
_TRIES = 5


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
    """The owner roles of many schools in one transaction; those that are there already are only checked."""
    with region(), connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [names])
        present = {name for (name,) in cursor.fetchall()}
        missing = [name for name in names if name not in present]
        text = "; ".join(
            f"CREATE ROLE {name} LOGIN; GRANT {name} TO CURRENT_USER WITH SET TRUE, INHERIT FALSE;"
            f" GRANT {GROUP} TO {name}"
            for name in missing
        )
        try:
            if text:
                with transaction.atomic():
                    cursor.execute(text)
        except DatabaseError:  # somebody else makes some of them: one by one then
            present = set(names)
    for name in present:
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
