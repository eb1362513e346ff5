"""Regional imports and the structures that they met."""

from django.db.models import QuerySet

from tenants.imports.models import RegionalImport, SchoolImport, StructureRoute
from tenants.schemas.context import region


def routes() -> tuple[dict[str, str], dict[str, str]]:
    """Structure ("aaf.12:52003", or "52003" for any académie) to UAI: as the region noted, as it learned. One query."""
    noted: dict[str, str] = {}
    learned: dict[str, str] = {}
    with region():
        for row in StructureRoute.objects.all():
            (learned if row.learned else noted)[f"{row.space}:{row.jointure}".lstrip(":")] = row.uai
    return noted, learned


def imports() -> QuerySet[RegionalImport]:
    """Newest first."""
    return RegionalImport.objects.all()


def schools(regional: RegionalImport) -> QuerySet[SchoolImport]:
    return SchoolImport.objects.filter(regional=regional)


def remaining(regional: RegionalImport) -> list[str]:
    """The UAI of the schools that it has not reached."""
    waiting = SchoolImport.objects.filter(regional=regional, state=SchoolImport.State.WAITING).exclude(uai="")
    return list(waiting.order_by("uai").values_list("uai", flat=True))
