"""The school's side of the region's alerts (`settings.SCHOOL_ALERTS`), called standing in the school."""

from django.db import transaction

from core.alerts import selectors, telling
from core.alerts.choices import Audience
from core.alerts.models import Alert, Update
from core.alerts.services.launching import begin, close, one_at_a_time
from core.audit.services import record
from core.modules.state import Modules
from core.notifications.models import Event
from tenants.alerts.orders import News, Order, Sums
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


@transaction.atomic
def bring(order: Order) -> None:
    """Tell the school what it has not been told yet; nothing twice, also where two workers meet.

    An alert that was over before the school could be told is not told at all.
    """
    modules = _modules()
    one_at_a_time()
    alert = _begun(order, modules)
    if alert is None:
        return
    known = set(alert.updates.exclude(regional=None).values_list("regional", flat=True))
    for one in order.news:
        if one.number not in known:
            _say(alert, one, modules)


def sums(number: int) -> Sums:
    """What its staff have answered, in numbers alone."""
    alert = Alert.objects.filter(regional=number).first()
    if alert is None:
        return Sums()
    event = Event.objects.filter(key=telling.key_of(alert), kind=telling.STARTED).first()
    return Sums(people=event.reached if event else 0, **selectors.counts(alert))


def _begun(order: Order, modules: Modules) -> Alert | None:
    known = Alert.objects.select_for_update().filter(regional=order.number).first()
    if known is not None or order.is_over:
        return known
    alert = Alert(
        key=order.key, kind=order.kind, drill=order.drill, text=order.text, regional=order.number,
        audience_words=str(Audience.EVERYONE.label),
    )  # fmt: skip
    begin(alert, actor=None, modules=modules)
    return alert


def _say(alert: Alert, one: News, modules: Modules) -> None:
    if one.ends:
        update = close(alert, text=one.text, key=one.key, regional=one.number)
    else:
        update = Update.objects.create(alert=alert, key=one.key, text=one.text, regional=one.number)
    verb = "alerts.end" if one.ends else "alerts.say"
    record(verb, actor=None, target=alert, label=f"{alert.head}\u00a0: {update.text}")
    telling.updated(update, actor=None, modules=modules)


def _modules() -> Modules:
    return Modules(Establishment.objects.get(uai=current_uai()))
