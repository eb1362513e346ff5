"""Whom an alert is for: from the alert to people, and from a person to alerts, are the same."""

import pytest

from core.alerts import audience, selectors
from core.modules.state import Modules

FOLLOW = {"head", "cpe"}
STAFF = {*FOLLOW, "teacher", "colleague", "clerk"}
FAMILIES = {"pupil", "classmate", "stranger", "guardian"}
REACHED = {
    "everyone": STAFF | FAMILIES | {"partner"},
    "staff": STAFF,
    "families": FAMILIES | FOLLOW,
    "classes": FOLLOW | {"teacher", "pupil", "classmate", "guardian"},
}


@pytest.fixture(params=REACHED)
def sent(request, launch, cast):
    classes = (cast.one.pk,) if request.param == "classes" else ()
    return launch(audience=request.param, classes=classes)


def test_people_of_an_alert(sent, cast, place):
    told = {person for person, _child in audience.recipients_of(sent, Modules(place)).pairs()}
    assert {name for name, person in cast.people.items() if person.pk in told} == REACHED[sent.audience]


def test_alerts_of_a_person_mirror_the_people_of_an_alert(sent, cast):
    seen = {name for name in cast.people if selectors.visible_to(cast.viewer(name)).filter(pk=sent.pk).exists()}
    assert seen == REACHED[sent.audience]


def test_guardian_without_access_is_not_concerned(launch, cast, place):
    from core.people.models import GuardianLink

    GuardianLink.objects.update(authority="0")
    told = {person for person, _child in audience.recipients_of(launch(), Modules(place)).pairs()}
    assert cast.guardian.pk not in told
    assert not selectors.visible_to(cast.viewer("guardian")).exists()
