"""Regional imports and the structures that they met."""

from django.db.models import QuerySet

from tenants.imports.models import RegionalImport, SchoolImport, StructureRoute
from tenants.schemas.context import region


def routes() -> dict[str, str]:
    """Structure ("aaf.12:52003", or "52003" for any académie) to UAI, as the region noted them. One query."""
    with region():
        rows = StructureRoute.objects.values_list("space", "jointure", "uai")
        return {f"{space}:{jointure}" if space else jointure: uai for space, jointure, uai in rows}


def imports() -> QuerySet[RegionalImport]:
    """Newest first."""
    return RegionalImport.objects.all()


def schools(regional: RegionalImport) -> QuerySet[SchoolImport]:
    return SchoolImport.objects.filter(regional=regional)


def remaining(regional: RegionalImport) -> list[str]:
    """The UAI of the schools that it has not reached."""
    waiting = SchoolImport.objects.filter(regional=regional, state=SchoolImport.State.WAITING).exclude(uai="")
    return list(waiting.order_by("uai").values_list("uai", flat=True))
