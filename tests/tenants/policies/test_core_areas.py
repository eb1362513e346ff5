"""Areas of core: policies give their options values and locks, and nothing else."""

from datetime import time

import pytest

from tenants.errors import DomainError
from tenants.policies import selectors, services
from tenants.policies.catalogue import catalogue, subjects
from tenants.policies.scopes import part_of
from tenants.policies.services import Draft
from tenants.schemas.context import school

HOURS = {"quiet_from": "19:00"}


def draft(effect="keep", **fields):
    return Draft("notifications", "all", effect=effect, **fields)


def test_areas_with_options_may_have_policies():
    assert "notifications" in subjects()
    assert "dashboard" not in subjects()


def test_areas_are_no_modules():
    assert not [entry for entry in catalogue().values() if entry.core]


@pytest.mark.parametrize("effect", ["require", "forbid", "allow"])
def test_area_is_neither_required_nor_forbidden(administrator, effect):
    with pytest.raises(DomainError) as caught:
        services.apply(draft(effect), actor=administrator())
    assert "effect" in caught.value.fields


def test_content_of_an_area_is_never_destroyed(administrator):
    from tenants.policies.services import entry_of

    with pytest.raises(DomainError):
        entry_of("notifications")


def test_regions_hours_hold_in_a_school(administrator, lycee_a):
    from core.modules.state import Modules
    from core.notifications.rhythm import school_hours

    services.apply(draft(defaults=HOURS), actor=administrator())
    with school(lycee_a):
        assert school_hours(Modules(lycee_a), lycee_a).quiet_from == time(19)


def test_locked_hours_are_not_the_schools_to_change(administrator, lycee_a):
    from core.modules import rules
    from core.modules.state import Modules

    services.apply(draft(defaults=HOURS, locked=["quiet_from"]), actor=administrator())
    with school(lycee_a), pytest.raises(DomainError):
        rules.clean(Modules(lycee_a), "notifications", "settings.quiet_from", "21:00")


def test_schools_that_would_change_are_counted(administrator, rows):
    found, _proposal = services.propose(draft(defaults=HOURS), actor=administrator(), seen=services.NEW)
    assert found.changed == found.reached >= len(rows)


def test_policy_of_an_area_is_listed_and_told(administrator):
    actor = administrator()
    services.apply(draft(defaults=HOURS), actor=actor)
    section = next(s for s in selectors.sections(part_of(actor)) if s.entry.slug == "notifications")
    assert "19\u00a0h" in section.rows[0].details[0]


def test_value_that_is_no_time_is_refused(administrator):
    with pytest.raises(DomainError):
        services.apply(draft(defaults={"quiet_from": "late"}), actor=administrator())
