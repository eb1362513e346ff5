from django.db import migrations


def fill(apps, editor):
    Cage = apps.get_model("dummy", "Cage")
    cages = Cage.objects.bulk_create([Cage(name=f"L’enclos n° {n} 100 % sûr \\ ; --") for n in range(3)])
    with editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO feeding (cage_id, weight, whereabouts) VALUES (%s, 120, '(1,2)')", [cages[0].pk])


class Migration(migrations.Migration):
    dependencies = [("dummy", "0002_by_hand")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
