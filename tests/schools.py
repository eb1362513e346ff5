"""The two schools of the session. Their UAI carry the right check letter and belong to nobody."""

from datetime import UTC, datetime
from io import StringIO

from django.contrib.sessions.models import Session
from django.core.management import call_command

from core.modules import registry
from core.modules.models import ModuleChoice
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas import engine, provisioning
from tenants.schemas.context import school
from tests.factories import make_establishment

LYCEE_A = "0679981K"
COLLEGE_B = "0579982R"


def get(uai: str) -> Establishment:
    return Establishment.objects.get(uai=uai)


def make_schools() -> None:
    """Once a session; in a database that was kept (`--reuse-db`), their tables are brought up to date."""
    if kept := [*Establishment.objects.filter(uai__in=(LYCEE_A, COLLEGE_B))]:
        call_command("migrate_schools", stdout=StringIO())
    for establishment in kept or _provisioned():
        engine.install(establishment, registry.modules())
        with school(establishment):
            if not kept:
                plant_canary(establishment)
            for slug in registry.modules():
                ModuleChoice.objects.update_or_create(slug=slug, defaults={"enabled": True})


def _provisioned() -> list[Establishment]:
    made = [
        make_establishment(
            LYCEE_A, type="lycee", lycee_type="LPO", display_name="Lycée du Grand-Préau", slug="lycee-a",
            commune="Sainte-Tuile",
        ),
        make_establishment(
            COLLEGE_B, type="college", display_name="Collège des Tilleuls", slug="college-b",
            commune="Val-de-Brume", departement_code="057", departement="Moselle", academie="Nancy-Metz",
        ),
    ]
    for establishment in made:
        provisioning.provision(establishment, actor=None)
        establishment.refresh_from_db()
        assert establishment.lifecycle == Lifecycle.ACTIVE
    return made


def plant_canary(establishment: Establishment) -> None:
    """A committed row that only this school may ever read."""
    Session.objects.create(
        session_key=f"canary-{establishment.uai}", session_data="", expire_date=datetime(2100, 1, 1, tzinfo=UTC)
    )


def canaries_in_sight() -> list[str]:
    """The UAI of the schools whose canary can be read from where the connection stands."""
    keys = Session.objects.filter(session_key__startswith="canary-").values_list("session_key", flat=True)
    return [key.removeprefix("canary-") for key in keys]
