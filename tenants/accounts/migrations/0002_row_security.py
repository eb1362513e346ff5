"""A school's role sees its own members' rows only; the owner of the tables (the regional context) sees all."""

from django.db import migrations

POLICIES = [
    ("ALTER TABLE accounts_membership ENABLE ROW LEVEL SECURITY",
     "ALTER TABLE accounts_membership DISABLE ROW LEVEL SECURITY"),
    ("CREATE POLICY own_school ON accounts_membership FOR SELECT USING (schema_name = current_user::text)",
     "DROP POLICY own_school ON accounts_membership"),
    ("ALTER TABLE accounts_account ENABLE ROW LEVEL SECURITY",
     "ALTER TABLE accounts_account DISABLE ROW LEVEL SECURITY"),
    ("CREATE POLICY own_members ON accounts_account FOR SELECT USING (EXISTS ("
     "SELECT 1 FROM accounts_membership m "
     "WHERE m.account_id = accounts_account.id AND m.schema_name = current_user::text))",
     "DROP POLICY own_members ON accounts_account"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL([sql], [reverse]) for sql, reverse in POLICIES]
