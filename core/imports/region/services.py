"""Receiving a source of the whole region, applying what was shown, going on, and answering what one school asks."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, DomainError
from core.imports import tasks
from core.imports.services import files
from tenants.accounts.models import Account
from tenants.audit.services import record as record_in_region
from tenants.imports import services
from tenants.imports.models import RegionalImport, SchoolImport
from tenants.schemas.context import region
from tenants.work import services as work
from tenants.work.models import OPEN, RegionalWork

_State = RegionalImport.State
# Whoever answers for the region sees the numbers first: nothing is applied before that
_SHOWN = {"dry_run": True, "confirm": False}


def receive(*, uploads: list[UploadedFile], format: str, actor: Account) -> RegionalImport:
    """Keep what was sent, and see in the background what it would change in each school.

    Raises DomainError for nothing sent, Conflict while another import of the region is under way.
    """
    if not uploads:
        sentence = _("Choisissez un fichier.")
        raise DomainError("nothing", sentence, {"sent": sentence})
    with region(), transaction.atomic():
        _guard_alone()
        label = ", ".join(files.safe_name(one.name or "") for one in uploads)
        row = services.begin(format=format, label=label, options=dict(_SHOWN), actor=actor)
        row.folder = files.put(f"region/{row.pk}", uploads)
        _send(row, actor)
    return row


def apply(*, row: RegionalImport, actor: Account, confirmed: bool = False) -> RegionalImport:
    """Apply what was shown; `confirmed` also where a school would lose many people."""
    return _again(row, actor, "imports.apply_region", {"dry_run": False, "confirm": confirmed})


def look_again(*, row: RegionalImport, actor: Account) -> RegionalImport:
    """See anew what it would change: structures were given a school meanwhile."""
    return _again(row, actor, "imports.look_again", dict(_SHOWN))


def go_on(*, row: RegionalImport, actor: Account) -> RegionalImport:
    """Take up an import that stopped, with the schools that it has not reached."""
    with region(), transaction.atomic():
        current = _held(row)
        if current.state not in {_State.FAILED, _State.CANCELLED} or not current.folder:
            raise Conflict("not-stopped", _("Cet import n’est pas arrêté."))
        _guard_alone()
        record_in_region("imports.go_on", actor=actor, **_target(current))
        _send(current, actor)
    return current


def _again(row: RegionalImport, actor: Account, action: str, options: dict[str, bool]) -> RegionalImport:
    """Every school waits anew; those that could not be reached are found anew."""
    with region(), transaction.atomic():
        current = _held(row)
        if current.state != _State.DONE or not current.options.get("dry_run") or not current.folder:
            raise Conflict("not-shown", _("Cet import n’est pas à appliquer, ou ne l’est plus."))
        _guard_alone()
        current.options = {**current.options, **options}
        SchoolImport.objects.filter(regional=current).delete()
        record_in_region(action, actor=actor, **_target(current))
        _send(current, actor)
    return current


def _held(row: RegionalImport) -> RegionalImport:
    return RegionalImport.objects.select_for_update().get(pk=row.pk)


def _guard_alone() -> None:
    moving = RegionalImport.objects.filter(state__in=(_State.WAITING, _State.READING, _State.APPLYING))
    if RegionalWork.objects.filter(pk__in=moving.values("work"), state__in=OPEN).exists():
        raise Conflict("busy", _("Un autre import de la région est en cours\u00a0: attendez qu’il se termine."))


def _send(row: RegionalImport, actor: Account) -> None:
    row.work = work.start(tasks.import_region, row.pk, label=_("Import de la région"), actor=actor).pk
    row.state, row.sentence, row.finished_at = _State.WAITING, "", None
    row.save()


def _target(row: RegionalImport) -> dict[str, Any]:
    return {"target_type": "regional_import", "target_id": str(row.pk), "target_label": row.label}
