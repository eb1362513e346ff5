from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dummy", "0003_rows")]
    operations = [
        migrations.AddField("Cage", "colour", models.CharField(max_length=20, default="vert 100 %")),
        migrations.AddIndex("Cage", models.Index("colour", name="cage_colour")),
        migrations.RenameField("Animal", "shout", "whisper"),
        migrations.AlterField("Cage", "size", models.BigIntegerField(default=1, db_default=8, db_comment="En mètres")),
    ]
