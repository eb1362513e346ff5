import django.contrib.postgres.operations
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("dummy", "0005_python")]
    operations = [
        django.contrib.postgres.operations.AddIndexConcurrently("Cage", models.Index("size", name="cage_size")),
        django.contrib.postgres.operations.AddIndexConcurrently("Animal", models.Index("order", name="animal_order")),
    ]
