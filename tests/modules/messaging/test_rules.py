"""The grid as the référent reads and changes it."""

import pytest
from django.urls import reverse

from core.audit.models import AuditEntry
from core.errors import DomainError
from core.people.choices import Role
from modules.messaging.audience.reach import grid, preset
from modules.messaging.choices import Reach
from modules.messaging.models import Rule
from modules.messaging.safety import rules
from tenants.policies.models import Policy
from tenants.schemas.context import region, school
from tests.modules.messaging.writing import settle

pytestmark = pytest.mark.django_db


def line_of(cast, role):
    return next(line for line in rules.table(cast.viewer(cast.head).modules) if line.role == role)


def cell_of(cast, sender, recipient):
    return next(cell for cell in line_of(cast, sender).cells if cell.recipient == recipient)


def change(cast, **wished):
    pairs = {tuple(name.split("__")): Reach(reach) for name, reach in wished.items()}
    return rules.change(viewer=cast.viewer(cast.head), wished=pairs)


def test_line_says_in_a_sentence_whom_a_role_reaches(here):
    assert line_of(here, Role.PUPIL).sentence.startswith("Un élève peut écrire aux élèves de sa classe")


def test_nobody_is_said_too():
    assert rules.sentence(Role.PARTNER, dict.fromkeys(Role, Reach.NONE)) == "Un partenaire ne peut écrire à personne."


def test_change_holds_at_once_and_is_written_down(here):
    change(here, pupil__pupil="none")
    assert grid(here.viewer(here.head).modules)["pupil", "pupil"] == Reach.NONE
    assert AuditEntry.objects.filter(action="messaging.change_rules").exists()


def test_undo_goes_back_to_what_was_said(here):
    before = change(here, pupil__pupil="none", guardian__guardian="all")
    rules.change(viewer=here.viewer(here.head), wished=rules.parse(before))
    assert not Rule.objects.exists()


def test_what_equals_the_preset_follows_the_preset(here):
    own = preset(here.establishment.type)
    change(here, pupil__pupil="none")
    change(here, pupil__pupil=own["pupil", "pupil"])
    assert not Rule.objects.exists()


def test_cap_offers_no_more_and_changes_nothing_by_being_shown(here):
    change(here, guardian__guardian="all")
    settle(guardians_together="related")
    cell = cell_of(here, Role.GUARDIAN, Role.GUARDIAN)
    assert (cell.reach, [value for value, _words in cell.options]) == ("related", ["none", "related"])
    assert change(here, guardian__guardian="related") == {}
    assert Rule.objects.get(sender="guardian").reach == "all"


def test_cap_of_the_region_is_shown_as_locked(cast):
    with region():
        Policy.objects.create(
            module="messaging", scope="all", effect="keep", defaults={"pupils_together": "none"},
            locked=["pupils_together"],
        )  # fmt: skip
    with school(cast.establishment):
        cell = cell_of(cast, Role.PUPIL, Role.PUPIL)
    assert (cell.is_fixed, cell.locked, cell.reach) == (True, True, "none")


def test_pairs_without_a_relation_offer_yes_or_no(here):
    assert [value for value, _words in cell_of(here, Role.PUPIL, Role.SCHOOL_LIFE).options] == ["none", "all"]


def test_preset_shows_what_would_change(here):
    found = rules.changes(here.viewer(here.head).modules, rules.preset_of("college"))
    assert any(one.sender == "Un élève" and one.after == "Non" for one in found)
    assert rules.changes(here.viewer(here.head).modules, rules.preset_of("lycee")) == []


@pytest.mark.parametrize("given", [{"pupil-pupil": "everybody"}, {"pupil-pupil": "0"}])
def test_nonsense_is_refused(here, given):
    with pytest.raises(DomainError):
        rules.parse(given)


def test_page_saves_the_whole_grid_without_scripts(cast, sign_in):
    client, url = sign_in(cast.head), reverse("messaging:rules", urlconf="config.urls_school")
    page = client.get(url).content.decode()
    assert 'name="pupil-teacher"' in page
    assert client.post(url, {"pupil-pupil": "none"}).status_code == 302
    with school(cast.establishment):
        assert Rule.objects.get().reach == "none"
