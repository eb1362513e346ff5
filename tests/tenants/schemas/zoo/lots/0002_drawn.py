import secrets

from django.db import migrations


def draw(apps, editor):
    apps.get_model("dummy", "Cage").objects.create(name=secrets.token_hex(8))


class Migration(migrations.Migration):
    dependencies = [("dummy", "0001_initial")]
    operations = [migrations.RunPython(draw, migrations.RunPython.noop)]
