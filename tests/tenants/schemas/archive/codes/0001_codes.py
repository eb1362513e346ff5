from django.db import migrations, models


class Migration(migrations.Migration):
    """An app that names the school and accounts in every way that the convention allows."""

    initial = True
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("uai", models.CharField(max_length=8)),
                ("from_uai", models.CharField(max_length=8, null=True)),
                ("account_id", models.BigIntegerField(unique=True)),
                ("seen_by_account_id", models.IntegerField(null=True)),
                ("bank_account", models.ForeignKey("people.person", models.CASCADE, null=True)),
            ],
        ),
    ]
