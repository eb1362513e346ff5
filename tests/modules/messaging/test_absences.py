"""Announcing an absence; how it answers is with the tests of sending."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.errors import DomainError, NotAllowed
from modules.messaging.models import Correspondent
from modules.messaging.safety import absences

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def announce(cast, **fields):
    today = timezone.localdate()
    values = {"since": today, "until": today + 3 * DAY, "text": "En formation.", "substitute": cast.colleague}
    return absences.announce(viewer=cast.viewer(cast.teacher), **(values | fields))


def test_absence_is_kept_with_its_substitute(here):
    row = announce(here)
    assert Correspondent.objects.filter(absences.away()).get() == row
    assert row.substitute_id == here.colleague.pk


def test_last_day_is_included(here):
    row = announce(here)
    assert Correspondent.objects.filter(absences.away(row.away_until)).exists()
    assert not Correspondent.objects.filter(absences.away(row.away_until + DAY)).exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"until": date(2020, 1, 1), "since": date(2019, 12, 30)},
        {"since": timezone.localdate() + DAY, "until": timezone.localdate()},
        {"until": timezone.localdate() + 500 * DAY},
        {"text": "  "},
    ],
    ids=["past", "backwards", "for ever", "without words"],
)
def test_absences_that_make_no_sense_are_refused(here, fields):
    with pytest.raises(DomainError):
        announce(here, **fields)


def test_substitute_is_a_colleague(here):
    with pytest.raises(DomainError, match="parmi les personnels"):
        announce(here, substitute=here.parent)


def test_pupils_announce_no_absence(here):
    today = timezone.localdate()
    with pytest.raises(NotAllowed):
        absences.announce(viewer=here.viewer(here.pupil), since=today, until=today, text="x")


def test_new_dates_answer_everybody_anew(here):
    row = announce(here)
    Correspondent.objects.filter(pk=row.pk).update(away_told=[here.parent.pk])
    assert announce(here, text="Autre texte").away_told == [here.parent.pk]
    assert announce(here, until=timezone.localdate() + 5 * DAY).away_told == []


def test_coming_back_ends_it(here):
    announce(here)
    absences.come_back(viewer=here.viewer(here.teacher))
    assert not Correspondent.objects.filter(absences.away()).exists()
