"""The school's side of the region's alerts: brought twice it is told once, brought late it catches up."""

from uuid import UUID, uuid4

from core.alerts import regional
from core.alerts.models import Alert, Update
from core.notifications.models import Event
from tenants.alerts.orders import News, Order

KEY = UUID(int=7)


def order(*news, drill=False):
    return Order(number=41, key=KEY, kind="shelter", drill=drill, text="Restez à l’abri.", news=news)


def said(number, text="Suite", *, ends=False):
    return News(number=number, key=uuid4(), text=text, ends=ends)


def test_regional_alert_is_for_everyone_and_from_nobody_here(cast):
    regional.bring(order())
    alert = Alert.objects.get()
    assert (alert.audience, alert.sent_by, alert.regional) == ("everyone", None, 41)


def test_regional_alert_brought_twice_is_told_once(cast):
    regional.bring(order())
    regional.bring(order())
    assert Event.objects.filter(kind="alerts.started").count() == 1


def test_school_that_missed_news_catches_up(cast):
    first, second = said(1), said(2)
    regional.bring(order(first))
    regional.bring(order(first, second))
    assert list(Update.objects.order_by("pk").values_list("regional", flat=True)) == [1, 2]


def test_end_of_the_region_ends_it_here(cast):
    regional.bring(order())
    regional.bring(order(said(1, "Fini", ends=True)))
    assert not Alert.objects.get().is_active


def test_alert_that_was_over_is_not_told_at_all(cast):
    regional.bring(order(said(1, ends=True)))
    assert not Alert.objects.exists()
    assert not Event.objects.filter(kind__startswith="alerts.").exists()


def test_school_s_own_alert_does_not_hold_back_the_region_s(launch):
    launch()
    regional.bring(order())
    assert Alert.objects.filter(ended_at=None).count() == 2


def test_sums_are_counts_alone(cast, answer):
    regional.bring(order())
    answer(Alert.objects.get(), school_class=cast.one, missing=(cast.pupil.pk,), needs_help=True)
    sums = regional.sums(41)
    assert (sums.staff, sums.answered, sums.classes, sums.counted, sums.missing, sums.help) == (5, 1, 2, 1, 1, 1)
