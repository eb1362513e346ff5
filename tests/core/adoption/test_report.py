"""What the report says of features, periods and groups."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.adoption import flushing, selectors, services, words
from core.adoption.models import Stance, Standing, Use
from core.adoption.reach import offered
from core.adoption.selectors import Period, Verdict
from core.audit.models import AuditEntry
from core.errors import DomainError
from core.modules.state import Modules
from core.permissions.viewer import viewer_as
from core.structure.models import Closure, SchoolYear
from tenants.schemas.context import school
from tests.factories import make_person

TODAY = date(2026, 11, 22)
LONG_AGO = date(2026, 9, 3)


@pytest.fixture
def report(lycee_a, staffroom):
    """`report("news.read")` is that feature as the page has it."""
    with school(lycee_a):
        modules = Modules(lycee_a)
        Standing.objects.all().delete()
        codes = [*offered(modules), *(state.slug for state in modules.enabled())]
        Standing.objects.bulk_create([Standing(code=code, since=LONG_AGO) for code in codes])

        def read(code=""):
            found = selectors.overview(modules, TODAY)
            return next(f for f in found.features if f.code == code) if code else found

        yield read


def use(code, role, days_ago, n=1):
    Use.objects.create(feature=code, role=role, day=TODAY - timedelta(days=days_ago), n=n)


# The holidays of Toussaint (17 October to 1 November 2026) lie between: they do not make the four weeks pass.
@pytest.mark.parametrize(("days_ago", "verdict"), [(0, "used"), (28, "used"), (43, "used"), (44, "unused")])
def test_feature_is_used_for_four_weeks_of_class(report, days_ago, verdict):
    use("news.read", "teacher", days_ago)
    assert report("news.read").verdict == verdict


def test_new_feature_is_not_called_unused(report):
    Standing.objects.filter(code="news.read").update(since=TODAY - timedelta(days=20))
    assert report("news.read").verdict == Verdict.NEW


def test_feature_that_nobody_may_use_is_closed(report):
    assert report("news.urgent").verdict == Verdict.CLOSED


def test_used_feature_is_no_proposal(report):
    use("news.read", "teacher", 3)
    assert "news.read" not in [subject.code for subject in report().proposals()]


def test_module_that_serves_nobody_stands_for_its_features(report):
    codes = [subject.code for subject in report().proposals()]
    assert "news" in codes
    assert not [code for code in codes if code.startswith("news.")]


def test_dismissed_proposal_comes_back_after_its_rest(report):
    use("news.hide_section", "teacher", 3)
    Standing.objects.filter(code="news.read").update(stance=Stance.DISMISSED, until=TODAY - timedelta(days=1))
    assert "news.read" in [subject.code for subject in report().proposals()]


def test_sentence_says_whom_it_is_offered_to_and_since_when_nobody_uses_it(report):
    use("news.read", "teacher", 40)
    said = words.proposal(report("news.read"))
    assert said == (
        "Proposée à 6 enseignants et 40 responsables. Personne ne s’en est servi depuis le 13\u00a0octobre."
    )


def test_period_before_is_compared(report):
    use("news.read", "teacher", 3, 10)
    use("news.read", "teacher", 50, 5)
    assert words.verdict(report("news.read")) == "en hausse"


def test_role_that_became_small_is_shown_with_others(report, lycee_a):
    use("news.read", "partner", 3, 4)
    make_person(lycee_a, "partner")
    group = next(g for g in report("news.read").groups if g.n)
    assert (group.role, words.group_use(group, Period.until(TODAY))) == ("few", "oui, sans détail")


def test_period_is_four_weeks_of_class():
    period = Period.until(TODAY)
    assert (period.first, period.before, period.days) == (date(2026, 10, 10), date(2026, 9, 12), 44)


def test_summer_makes_nothing_unused(report):
    """On the first day of class, what served in June is still used."""
    july = Period.until(date(2026, 9, 1))
    assert july.first < date(2026, 6, 8)


def test_days_that_the_school_closes_do_not_count(report, lycee_a):
    year = SchoolYear.objects.create(label="2031-2032", starts_on=date(2031, 9, 1), ends_on=date(2032, 7, 3))
    Closure.objects.create(year=year, name="Travaux", starts_on=date(2026, 11, 9), ends_on=date(2026, 11, 15))
    assert report().period.first == date(2026, 10, 3)


def test_report_takes_five_queries(report, lycee_a):
    modules = Modules(lycee_a)
    with CaptureQueriesContext(connection) as queries:
        selectors.overview(modules, TODAY)
    assert len(queries) == 5


# --- deciding --------------------------------------------------------------------------------------------
@pytest.fixture
def referent(lycee_a, report):
    return viewer_as(make_person(lycee_a, "digital_referent"), lycee_a)


def test_decision_is_kept_and_written_down(referent):
    services.decide(viewer=referent, code="news.banner", stance=Stance.PRESENT)
    assert Standing.objects.get(code="news.banner").stance == Stance.PRESENT
    assert AuditEntry.objects.latest("id").action == "adoption.present"


@pytest.mark.parametrize(("stance", "days"), [(Stance.PRESENTED, 28), (Stance.DISMISSED, 90)])
def test_decision_rests(referent, stance, days):
    found = services.decide(viewer=referent, code="news.banner", stance=stance)
    assert found.until - found.decided_on == timedelta(days=days)


def test_decision_taken_back_asks_again(referent):
    services.decide(viewer=referent, code="news.banner", stance=Stance.DISMISSED)
    found = services.decide(viewer=referent, code="news.banner", stance=Stance.NONE)
    assert (found.stance, found.until) == ("", None)


@pytest.mark.parametrize("code", ["news.nothing", "nowhere", "dummy.nothing"])
def test_unknown_feature_is_refused(referent, code):
    with pytest.raises(DomainError):
        services.decide(viewer=referent, code=code, stance=Stance.PRESENT)


# --- every night -----------------------------------------------------------------------------------------
def test_old_days_are_folded_into_their_month(report):
    for days_ago in (100, 101, 102):
        use("news.read", "teacher", days_ago, 2)
    flushing.tidy()
    flushing.tidy()
    assert list(Use.objects.values_list("day", "n")) == [(date(2026, 8, 1), 6)]


def test_recent_days_stay(report):
    use("news.read", "teacher", 55)
    flushing.tidy()
    assert Use.objects.get().day == TODAY - timedelta(days=55)


def test_very_old_uses_are_forgotten(report):
    use("news.read", "teacher", 3 * 365)
    flushing.tidy()
    assert not Use.objects.exists()


def test_feature_switched_off_and_on_begins_anew(report, lycee_a):
    from tests.contract.helpers import switch

    switch(lycee_a, "news", on=False)
    flushing.tidy()
    assert Standing.objects.get(code="news.read").since is None
    switch(lycee_a, "news", on=True)
    flushing.tidy()
    assert Standing.objects.get(code="news.read").since is not None
