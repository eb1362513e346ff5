import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    initial = True
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Cage",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=40, unique=True, db_comment="Ce qu’on lit sur la porte")),
                ("opened", models.DateField(null=True)),
                ("closed", models.DateField(null=True)),
                ("size", models.IntegerField(default=1, db_default=7)),
            ],
            options={"db_table_comment": "Où l’on vit"},
        ),
        migrations.CreateModel(
            name="Animal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True)),
                ("order", models.IntegerField()),
                ("cage", models.ForeignKey("dummy.cage", models.CASCADE, related_name="animals")),
                ("keeper", models.ForeignKey("people.person", models.SET_NULL, null=True)),
                ("mother", models.ForeignKey("self", models.SET_NULL, null=True)),
                ("tags", django.contrib.postgres.fields.ArrayField(models.CharField(max_length=9), default=list)),
                ("facts", models.JSONField(default=dict)),
                ("name", models.CharField(max_length=40)),
                (
                    "shout",
                    models.GeneratedField(expression=Lower("name"), output_field=models.TextField(), db_persist=True),
                ),
                ("friends", models.ManyToManyField("self")),
            ],
        ),
        migrations.AddConstraint(
            "Cage", models.CheckConstraint(condition=Q(closed=None) | Q(closed__gte=F("opened")), name="cage_dates")
        ),
        migrations.AddConstraint(
            "Animal",
            models.UniqueConstraint(
                fields=["cage", "order"], name="animal_place", deferrable=models.Deferrable.DEFERRED
            ),
        ),
        migrations.AddConstraint(
            "Animal",
            models.UniqueConstraint(fields=["mother", "name"], nulls_distinct=False, name="animal_sibling"),
        ),
        migrations.AddIndex("Animal", django.contrib.postgres.indexes.GinIndex("facts", name="animal_facts")),
        migrations.AddIndex(
            "Animal", models.Index(Lower("name").desc(), "cage", name="animal_lower", condition=Q(order__gt=0))
        ),
        migrations.AddIndex(
            "Animal", models.Index("order", name="animal_famous", condition=Q(name__in=["Zoé", "Zazie"]))
        ),
        migrations.AddConstraint(
            "Animal", models.CheckConstraint(condition=~Q(name__in=["", "?"]), name="animal_has_a_name")
        ),
        migrations.AddIndex("Animal", models.Index("cage", include=["name"], name="animal_cover")),
        migrations.AddIndex(
            "Animal", django.contrib.postgres.indexes.BrinIndex("order", name="animal_brin", pages_per_range=16)
        ),
    ]
