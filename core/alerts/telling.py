"""What people are told of an alert, and who they are when a message is about to leave."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.alerts import audience
from core.alerts.choices import Step
from core.alerts.models import Alert, Answer, Update
from core.modules.state import Modules
from core.notifications import relay
from core.notifications import services as notifications
from core.notifications.audience import Recipients
from core.notifications.models import Event
from core.people.models import Person
from tenants.alerts.choices import Kind
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_schema, current_uai, same_schema

STARTED, NEWS, ENDED, HELP = "alerts.started", "alerts.news", "alerts.ended", "alerts.help"
# Telling 5,500 people in the app takes a second or two; beyond this, the relay goes on by itself.
AT_ONCE = timedelta(seconds=10)


def key_of(alert: Alert) -> str:
    return f"alert:{alert.pk}"


def title_of(alert: Alert) -> str:
    """« EXERCICE : Évacuation »; the head alone where the kind says nothing."""
    about = "" if alert.kind == Kind.OTHER else str(Kind(alert.kind).label)
    return _("%(head)s\u00a0: %(about)s") % {"head": alert.head, "about": about} if about else alert.head


# --- Told -----------------------------------------------------------------------------------------------
def started(alert: Alert, *, actor: Person | None, modules: Modules) -> Event:
    return _emit(STARTED, alert, actor=actor, modules=modules, title=title_of(alert), text=alert.text)


def updated(update: Update, *, actor: Person | None, modules: Modules) -> Event:
    alert = update.alert
    if update.step == Step.END:
        over = _("fin de l’exercice") if alert.drill else _("fin de l’alerte")
        return _emit(ENDED, alert, actor=actor, modules=modules, title=_head(alert, over), text=update.text)
    return _emit(NEWS, alert, actor=actor, modules=modules, title=_head(alert, _("suite")), text=update.text)


def help_wanted(answer: Answer, *, modules: Modules) -> Event:
    """Those who follow the alert hear at once that a colleague needs help."""
    alert = answer.alert
    words = {"title": _head(alert, _("besoin d’aide")), "name": answer.person.full_name, "text": answer.word or "–"}
    return _emit(HELP, alert, actor=answer.person, modules=modules, key=f"alert-help:{answer.pk}", board=True, **words)


def _head(alert: Alert, words: str) -> str:
    return _("%(head)s\u00a0: %(about)s") % {"head": alert.head, "about": words}


def _emit(
    kind: str, alert: Alert, *, actor: Person | None, modules: Modules, key: str = "", board: bool = False, **data: Any
) -> Event:
    event = notifications.emit(
        kind,
        actor=actor,
        key=key or key_of(alert),
        data={"alert": alert.pk, **data},
        url=reverse("alerts:board" if board else "alerts:alert", args=[alert.pk], urlconf=settings.ROOT_URLCONF),
        modules=modules,
    )
    # Where this fails the alert is begun all the same, and the relay tells it: nobody is to press twice.
    transaction.on_commit(partial(_tell_now, event, modules, current_schema()), robust=True)
    return event


def _tell_now(event: Event, modules: Modules, schema: str) -> None:
    with same_schema(schema):
        relay.tell_now(event, modules, until=timezone.now() + AT_ONCE)


# --- Who ------------------------------------------------------------------------------------------------
def people_during(event: Event) -> Recipients:
    """Whom the alert is for while it lasts: a text message that waited does not send people to shelter after it."""
    alert = _alert_of(event)
    return audience.recipients_of(alert, _modules()) if alert and alert.is_active else Recipients()


def people_after(event: Event) -> Recipients:
    """Whom the alert was for: its end is told to all."""
    alert = _alert_of(event)
    return audience.recipients_of(alert, _modules()) if alert else Recipients()


def followers(event: Event) -> Recipients:
    """Those who follow alerts, but the person who asks for help."""
    alert = _alert_of(event)
    if alert is None or not alert.is_active:
        return Recipients()
    people = Person.objects.filter(left_on=None, roles__overlap=audience.followers(_modules()))
    return Recipients(people=people.exclude(pk=event.actor_id) if event.actor_id else people)


def _alert_of(event: Event) -> Alert | None:
    return Alert.objects.filter(pk=event.data.get("alert")).first()


def _modules() -> Modules:
    return Modules(Establishment.objects.get(uai=current_uai()))
