from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dummy", "0003_rows")]
    operations = [migrations.RunSQL(["ALTER TABLE dummy_cage ADD COLUMN x nonsense"])]
