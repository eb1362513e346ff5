"""What a school's role may touch of public: this list and nothing else.

Every school's role is a member of the group role `schools`. Rows are narrowed by row security where a table
mixes schools (tenants.accounts declares its policies in its migrations).
"""

from django.db import connection

from tenants.schemas import roles
from tenants.schemas.context import region

GROUP_ROLE = roles.GROUP

# table -> columns that a school's role may read; None stands for all columns.
READABLE: dict[str, tuple[str, ...] | None] = {
    "establishments_establishment": None,  # open data, and the state that hosts show
    "establishments_domain": None,
    "policies_policy": None,  # what the region asks of schools is no secret to them
    # Where the messaging is suspended and why; never by whom.
    "suspensions_regionalsuspension": ("id", "scope", "value", "uais", "reason", "since", "until", "ended_at"),
    "schemas_installedapp": None,
    # Never a hash, an address or a second factor; row security narrows to the school's own members.
    "accounts_account": ("id", "login", "is_active", "security_stamp"),
    "accounts_membership": None,
}


def apply() -> None:
    """Bring the group role's rights to exactly this list. Idempotent; tables not made yet are passed over."""
    roles.ensure(GROUP_ROLE, login=False)
    with region(), connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {GROUP_ROLE}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {GROUP_ROLE}")
        cursor.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC")
        for table, columns in READABLE.items():
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"public.{table}"])
            if cursor.fetchone()[0]:
                which = f" ({', '.join(columns)})" if columns else ""
                cursor.execute(f"GRANT SELECT{which} ON public.{table} TO {GROUP_ROLE}")
