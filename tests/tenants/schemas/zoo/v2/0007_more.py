from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dummy", "0006_outside"), ("people", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("person", models.ForeignKey("people.person", models.CASCADE)),
                ("cage", models.ForeignKey("dummy.cage", models.CASCADE)),
            ],
        ),
        migrations.RunSQL(["UPDATE dummy_cage SET size = size + 1"], ["UPDATE dummy_cage SET size = size - 1"]),
    ]
