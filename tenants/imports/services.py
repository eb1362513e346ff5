"""Writing down imports of the region, and saying which structure is which school."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.audit.services import record
from tenants.errors import DomainError
from tenants.establishments.models import Establishment
from tenants.imports.models import RegionalImport, SchoolImport, StructureRoute
from tenants.schemas.context import region

MOST_REFUSALS = 200
_ENDED = {
    RegionalImport.State.DONE,
    RegionalImport.State.REFUSED,
    RegionalImport.State.FAILED,
    RegionalImport.State.CANCELLED,
}


def begin(
    *, format: str, label: str, options: dict[str, Any], actor: Account | None, folder: str = ""
) -> RegionalImport:
    """Note an import of the region that waits. `folder` is where what was sent lies in the storage of imports."""
    with region(), transaction.atomic():
        row = RegionalImport.objects.create(
            format=format, label=label[:200], options=options, folder=folder,
            actor_account_id=actor.pk if actor else None, actor_name=actor.login if actor else "préau",
        )  # fmt: skip
        record(
            "imports.begin", actor=actor, target_type="regional_import", target_id=str(row.pk), target_label=row.label
        )
    return row


def move(row: RegionalImport, state: str, sentence: str = "") -> None:
    """Note how far it came."""
    row.state, row.sentence = state, sentence[:400]
    row.finished_at = timezone.now() if state in _ENDED else None
    with region():
        row.save(update_fields=["state", "sentence", "finished_at"])


def note_read(row: RegionalImport, *, label: str, digest: str, complete: bool, report: dict[str, Any]) -> None:
    row.label, row.digest, row.complete, row.report = label[:200], digest, complete, report
    with region():
        row.save(update_fields=["label", "digest", "complete", "report"])


def note_schools(
    row: RegionalImport, schools: dict[str, dict[str, Any]], *, elsewhere: list[dict[str, Any]] | None = None
) -> None:
    """The schools that it concerns, and the structures that lead to none. Those that are noted already stay."""
    with region(), transaction.atomic():
        SchoolImport.objects.filter(regional=row, uai="").delete()
        rows = [SchoolImport(regional=row, uai=uai, **_columns(told)) for uai, told in schools.items()]
        rows += [SchoolImport(regional=row, **_columns(told)) for told in elsewhere or []]
        SchoolImport.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def note_school(
    row: RegionalImport, uai: str, told: dict[str, Any], *, refusals: list[dict[str, Any]] | None = None
) -> None:
    """How one school fared. Of refused records the report keeps the first `MOST_REFUSALS` of the region."""
    kept = row.report.setdefault("refusals", [])
    new = [{"uai": uai} | one for one in refusals or []][: MOST_REFUSALS - len(kept)]
    kept += new
    with region():
        if new:
            row.save(update_fields=["report"])
        SchoolImport.objects.filter(regional=row, uai=uai).update(**_columns(told), done_at=timezone.now())


def _columns(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "state": told["state"], "name": told["name"][:200], "structures": told["structures"],
        "people": told["people"], "counts": told["kinds"], "sentence": told["sentence"][:400],
        "run": told["run"],
    }  # fmt: skip


@transaction.atomic
def set_route(*, structure: str, uai: str, actor: Account | None) -> StructureRoute:
    """Say which school a structure is: `structure` is "52003", or "aaf.12:52003" for one académie only.

    Raises DomainError for a school that the region does not list.
    """
    space, _colon, jointure = structure.strip().rpartition(":")
    uai = uai.strip().upper()
    with region():
        if not jointure or not Establishment.objects.filter(uai=uai).exists():
            sentence = _("Aucun établissement de la région ne porte cet UAI.")
            raise DomainError("unknown-school", sentence, {"uai": sentence})
        row, _made = StructureRoute.objects.update_or_create(
            space=space, jointure=jointure, defaults={"uai": uai, "learned": False}
        )
        record(
            "imports.set_route", actor=actor, target_type="structure", target_id=structure, target_label=structure,
            changes={"uai": [None, uai]},
        )  # fmt: skip
    return row


def learn_routes(found: Mapping[str, str]) -> None:
    """Keep which schools a source says that its structures ("aaf.12:52003") are. What somebody noted stays."""
    rows = [
        StructureRoute(space=space, jointure=jointure[:40], uai=uai, learned=True)
        for key, uai in found.items()
        for space, colon, jointure in [key.rpartition(":")]
        if colon and space.startswith("aaf.")
    ]
    with region(), transaction.atomic():
        noted = set(StructureRoute.objects.filter(learned=False).values_list("space", "jointure"))
        StructureRoute.objects.bulk_create(
            [row for row in rows if (row.space, row.jointure) not in noted], batch_size=1000, update_conflicts=True,
            unique_fields=["space", "jointure"], update_fields=["uai"],
        )  # fmt: skip


@transaction.atomic
def remove_route(*, route: StructureRoute, actor: Account | None) -> None:
    """The source alone says again which school the structure is."""
    with region():
        label = f"{route.space}:{route.jointure}".lstrip(":")
        record(
            "imports.remove_route", actor=actor, target_type="structure", target_id=label, target_label=label,
            changes={"uai": [route.uai, None]},
        )  # fmt: skip
        route.delete()
