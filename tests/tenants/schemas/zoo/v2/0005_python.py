from django.db import migrations


def paint(apps, editor):
    Cage = apps.get_model("dummy", "Cage")
    for cage in Cage.objects.order_by("pk"):
        cage.colour = f"bleu {cage.size}"
        cage.save()


def strip(apps, editor):
    apps.get_model("dummy", "Cage").objects.update(colour="vert 100 %")


class Migration(migrations.Migration):
    dependencies = [("dummy", "0004_sql")]
    operations = [migrations.RunPython(paint, strip)]
