"""How much somebody may send: recipients of a message, messages an hour, recipients a day.

What is counted is what left and what waits to leave (programmed, held, being moderated), in one transaction that
holds the sender's lock: neither pages nor programs, neither e-mail nor several requests at once get past. Somebody
with several roles has the widest of their limits. What waits was counted when it was written, and is counted again as
a message from its departure on; only the recipients of the one message are looked at then.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.people.choices import STAFF, Role
from core.people.models import Person
from core.permissions.viewer import Viewer
from modules.messaging.choices import DraftState
from modules.messaging.models import Draft, Message
from tenants.schemas.context import current_schema

HOUR = timedelta(hours=1)
_KEY = "hashtextextended('messaging:' || %s || ':' || %s, 0)"
WAITING = (DraftState.SCHEDULED, DraftState.HELD, DraftState.MODERATION)


def lock(person: Person) -> None:
    """Hold the sender until the transaction ends: what they send is sent one after the other.

    Taken before any row of theirs is held: whoever holds a draft already must `try_lock`.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({_KEY})", _of(person))


def try_lock(person: Person) -> bool:
    """The same without waiting: whether the sender is held now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({_KEY})", _of(person))
        held: bool = cursor.fetchone()[0]
    return held


def _of(person: Person) -> list[str]:
    return [current_schema(), str(person.pk)]


def limit(viewer: Viewer, kind: str) -> int:
    """One of `recipients`, `hourly` and `daily`: the widest that a role of the viewer has."""
    settings = viewer.modules["messaging"].settings
    return max(int(settings[f"{who}_{kind}"]) for who in _kinds(viewer.roles))


def _kinds(roles: Iterable[str]) -> set[str]:
    """Partners have the limits of guardians: they write to people one by one."""
    kinds = {"staff" if role in STAFF else "pupil" if role == Role.PUPIL else "guardian" for role in roles}
    return kinds or {"pupil"}


def check(viewer: Viewer, recipients: int, *, now: datetime, draft: Draft, again: bool = False) -> None:
    """Refuse what is too much, in the transaction that holds `lock`. `again`: it was counted when it was written.

    Raises DomainError with a sentence that says how much is allowed, and when to try again.
    """
    most = limit(viewer, "recipients")
    if recipients > most:
        sentence = _("Ce message aurait %(count)d destinataires\u00a0; vous pouvez en avoir %(most)d au plus.")
        words = sentence % {"count": recipients, "most": most}
        raise DomainError("too-many-recipients", words, {"lines": words})
    me = viewer.person
    if again or me is None:
        return
    waiting = Draft.objects.filter(author=me, state__in=WAITING).exclude(pk=draft.pk)
    sent = Message.objects.filter(sender=me, automatic=False)
    recent = [*sent.filter(sent_at__gt=now - HOUR).order_by().values_list("sent_at", flat=True)]
    recent += waiting.filter(updated_at__gt=now - HOUR).order_by().values_list("updated_at", flat=True)
    if len(recent) >= limit(viewer, "hourly"):
        raise _too_often(sorted(recent)[-limit(viewer, "hourly")] + HOUR)
    today = sent.filter(sent_at__gte=_midnight(now)).aggregate(n=Sum("recipients", default=0))["n"]
    today += waiting.aggregate(n=Sum("recipients", default=0))["n"]
    most = limit(viewer, "daily")
    if today + recipients > most:
        sentence = _(
            "Vous pouvez écrire à %(most)d destinataires par jour, et vous en êtes à %(today)d. Réessayez demain."
        )
        raise DomainError("too-many-today", sentence % {"most": most, "today": today})


def _too_often(at: datetime) -> DomainError:
    words = _("Vous avez envoyé beaucoup de messages depuis une heure. Réessayez à %(time)s.")
    return DomainError("too-often", words % {"time": f"{timezone.localtime(at):%H:%M}"})


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
