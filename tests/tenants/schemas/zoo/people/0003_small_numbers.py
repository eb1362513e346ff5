from django.db import migrations, models


class Migration(migrations.Migration):
    """Changes the key that modules point to: each foreign key must follow, in the schools that have it."""

    dependencies = [("people", "0002_imported")]
    operations = [
        migrations.AlterField("Person", "id", models.AutoField(primary_key=True)),
        migrations.RenameModel("GuardianLink", "Guardianship"),
    ]
