"""The one engine that erases what has been kept long enough: it reports, waits, then erases in small transactions."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.audit.services import record
from core.errors import Conflict, DomainError
from core.modules.state import Modules
from core.notifications import services as notifications
from core.people.models import Person
from core.people.text import tidy
from core.privacy.models import REASON_LENGTH, RetentionNotice
from core.privacy.terms import Term, model_called, terms
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai

BATCH = 100


def nightly() -> None:
    """Erase what was announced and is due, then announce what has come to its time since."""
    modules = Modules(Establishment.objects.get(uai=current_uai()))
    open_notices = {notice.model: notice for notice in RetentionNotice.objects.filter(ended_at=None)}
    known = {term.model: term for term in terms(modules) if term.rule.expired}
    for model, notice in open_notices.items():
        if model not in known:
            _end(notice)  # its module has left the school with its rows
        elif notice.due_on <= timezone.localdate() and not notice.is_held:
            erase(notice, known[model])
    for model, term in known.items():
        if model not in open_notices:
            announce(term, days=modules["privacy"].settings["delay_days"])


@transaction.atomic
def announce(term: Term, *, days: int) -> RetentionNotice | None:
    """Report what is past its time, to be erased in so many days, to those who may hold it back.

    Nothing for nothing.
    """
    now = timezone.now()
    limit = term.limit(now)
    rows = term.expired(limit).count()
    if not rows:
        return None
    notice = RetentionNotice.objects.create(
        model=term.model,
        months=term.months,
        limit=limit,
        rows=rows,
        due_on=timezone.localdate() + timedelta(days=days),
    )
    notifications.emit(
        "privacy.erasure_announced",
        actor=None,
        key=f"notice:{notice.pk}",
        data={"what": term.label, "day": date_format(notice.due_on, "SHORT_DATE_FORMAT"), "notice": notice.pk},
        url=reverse("privacy:durations"),
    )
    return notice


def erase(notice: RetentionNotice, term: Term) -> int:
    """Erase what the notice announced and is still past its time. Returns how many rows; may be run again.

    Longer months chosen meanwhile spare what they reach; shorter ones touch nothing that was not announced.
    """
    limit = min(notice.limit, term.limit(timezone.now()))
    erased, last = 0, None
    while True:
        found = term.expired(limit).order_by("pk")
        pks = list((found if last is None else found.filter(pk__gt=last)).values_list("pk", flat=True)[:BATCH])
        if not pks:
            break
        erased += _erase_batch(notice, term, pks)
        last = pks[-1]
    _end(notice)
    return erased


@transaction.atomic
def _erase_batch(notice: RetentionNotice, term: Term, pks: list[Any]) -> int:
    rows = apps.get_model(term.model)._default_manager.filter(pk__in=pks)
    if term.rule.erase:
        import_string(term.rule.erase)(rows)
    else:
        rows.delete()
    RetentionNotice.objects.filter(pk=notice.pk).update(erased=F("erased") + len(pks))
    label = ngettext("%(what)s\u00a0: %(n)d ligne", "%(what)s\u00a0: %(n)d lignes", len(pks))
    record("privacy.erase_expired", actor=None, target=None, label=label % {"what": term.label, "n": len(pks)})
    return len(pks)


def _end(notice: RetentionNotice) -> None:
    RetentionNotice.objects.filter(pk=notice.pk).update(ended_at=timezone.now())


@transaction.atomic
def hold_back(*, notice: RetentionNotice, because: str, actor: Person | None) -> RetentionNotice:
    """Keep what was announced until somebody lets it go. The reason is asked for, and kept."""
    because = tidy(because)[:REASON_LENGTH]
    if not because:
        sentence = _("Dites pourquoi il faut les garder plus longtemps.")
        raise DomainError("reason", sentence, {"because": sentence})
    current = _open(notice)
    current.held_at, current.held_by, current.held_because = timezone.now(), actor, because
    current.save()
    _journal("hold", current, actor, {"motif": [None, because]})
    return current


@transaction.atomic
def let_go(*, notice: RetentionNotice, actor: Person | None) -> RetentionNotice:
    """Erase after all, from the next night on; never before the day that was announced."""
    current = _open(notice)
    before, current.held_because = current.held_because, ""
    current.held_at = current.held_by = None
    current.save()
    _journal("let_go", current, actor, {"motif": [before, None]})
    return current


def _open(notice: RetentionNotice) -> RetentionNotice:
    current = RetentionNotice.objects.select_for_update().filter(pk=notice.pk, ended_at=None).first()
    if current is None:
        raise Conflict("ended", _("C’est déjà effacé."))
    return current


def _journal(verb: str, notice: RetentionNotice, actor: Person | None, changes: dict[str, list[Any]]) -> None:
    record(f"privacy.{verb}", actor=actor, target=notice, label=model_called(notice.model), changes=changes)


