"""What the author of a migration is told at once."""

import pytest
from django.core.checks import run_checks
from django.db import migrations, models
from django.test import override_settings

from tenants.schemas.checks import unfillable


def names(*operations) -> list[str]:
    migration = migrations.Migration("0002", "dummy")
    migration.operations = list(operations)
    return [operation.name for operation in unfillable(migration)]


@pytest.mark.parametrize(
    ("field", "told"),
    [
        (models.CharField(max_length=3, default=""), ["new"]),
        (models.CharField(max_length=3, db_default=""), []),
        (models.CharField(max_length=3, null=True), []),
        (models.ManyToManyField("dummy.meal"), []),
    ],
    ids=["default", "db_default", "null", "many-to-many"],
)
def test_a_new_column_that_older_code_cannot_fill_is_told(field, told):
    assert names(migrations.AddField("Meal", "new", field)) == told


def test_a_column_of_a_new_table_is_not():
    made = migrations.CreateModel("Plate", [("id", models.BigAutoField(primary_key=True))])
    assert names(made, migrations.AddField("Plate", "new", models.CharField(max_length=3, default=""))) == []


@override_settings(MIGRATION_MODULES={"dummy": "tests.tenants.schemas.zoo.v2"})
def test_the_check_names_the_migration():
    assert ["dummy.0004_sql" in found.msg for found in run_checks() if found.id == "schemas.W004"] == [True]


def test_the_project_s_own_migrations_pass():
    assert not [found for found in run_checks() if found.id == "schemas.W004"]
