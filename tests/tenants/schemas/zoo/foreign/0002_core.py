from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dummy", "0001_initial")]
    operations = [
        migrations.RunSQL(["CREATE INDEX person_birth ON people_person (birth_date)"], ["DROP INDEX person_birth"])
    ]
