"""Everybody arranges their own first page; the manifests propose."""

from typing import Any

import pytest

from core.dashboard import services
from core.dashboard.arrangement import arrangement_of
from core.errors import DomainError
from tenants.schemas.context import school
from tests.core.world import viewer

pytestmark = pytest.mark.usefixtures("inside")
URL = "/accueil/presentation/"


def slugs(world: Any, who: str) -> list[str]:
    with school(world.school):
        return [offer.slug for offer in arrangement_of(viewer(world.school, getattr(world, who))).shown]


def test_question_of_each_role_comes_first(world: Any) -> None:
    assert slugs(world, "mother")[0] == "people.children"
    assert slugs(world, "teacher")[:2] == ["news.to_review", "structure.my_classes"]
    assert slugs(world, "referent")[0] == "dashboard.todo"


def test_pupils_weight_brings_the_menu_first(world: Any, college_b: Any) -> None:
    from tests.factories import make_person

    pupil = make_person(college_b, "pupil", account=True)
    with school(college_b):
        shown = [offer.slug for offer in arrangement_of(viewer(college_b, pupil)).shown]
    assert shown[0] == "dummy.today"


def test_part_for_other_types_of_school_is_offered_only(world: Any) -> None:
    found = arrangement_of(viewer(world.school, world.pupil))  # a lycée; the canteen's menu is the collèges'
    assert "dummy.today" not in [offer.slug for offer in found.shown]
    assert "dummy.today" in [offer.slug for offer in found.aside]


def test_part_goes_up_and_down(world: Any) -> None:
    me = viewer(world.school, world.teacher)
    first, second, *rest = slugs(world, "teacher")
    services.move(viewer=me, slug=first, step=1)
    assert slugs(world, "teacher") == [second, first, *rest]
    services.move(viewer=me, slug=first, step=-1)
    assert slugs(world, "teacher") == [first, second, *rest]


def test_first_part_stays_first(world: Any) -> None:
    before = slugs(world, "teacher")
    services.move(viewer=viewer(world.school, world.teacher), slug=before[0], step=-1)
    assert slugs(world, "teacher") == before


def test_hidden_part_can_be_put_back(world: Any) -> None:
    me = viewer(world.school, world.teacher)
    services.hide(viewer=me, slug="news.latest")
    assert "news.latest" not in slugs(world, "teacher")
    services.show(viewer=me, slug="news.latest")
    assert slugs(world, "teacher")[-1] == "news.latest"


def test_part_on_request_is_added_and_taken_away(world: Any) -> None:
    me = viewer(world.school, world.office)
    assert "dashboard.todo" not in slugs(world, "office")
    services.show(viewer=me, slug="dashboard.todo")
    assert "dashboard.todo" in slugs(world, "office")
    services.hide(viewer=me, slug="dashboard.todo")
    assert "dashboard.todo" not in slugs(world, "office")


def test_what_came_since_stands_last(world: Any) -> None:
    me = viewer(world.school, world.teacher)
    services.move(viewer=me, slug="news.latest", step=-1)
    me.person.preferences["dashboard"]["order"].remove("news.to_review")
    me.person.save()
    assert slugs(world, "teacher")[-1] == "news.to_review"


def test_original_page_comes_back_and_other_preferences_stay(world: Any) -> None:
    from core.people.services import set_preferences

    before = slugs(world, "teacher")
    set_preferences(person=world.teacher, theme="dark")
    me = viewer(world.school, world.teacher)
    services.hide(viewer=me, slug="news.latest")
    services.reset(viewer=viewer(world.school, world.teacher))
    world.teacher.refresh_from_db()
    assert slugs(world, "teacher") == before
    assert world.teacher.preferences == {"theme": "dark"}


@pytest.mark.parametrize("slug", ["people.children", "nothing.here", ""])
def test_part_that_is_not_offered_is_refused(world: Any, slug: str) -> None:
    me = viewer(world.school, world.teacher)
    for service in (services.hide, services.show):
        with pytest.raises(DomainError):
            service(viewer=me, slug=slug)
    with pytest.raises(DomainError):
        services.move(viewer=me, slug=slug, step=1)


def test_module_that_is_off_leaves_the_page(world: Any) -> None:
    from core.modules.models import ModuleChoice

    services.move(viewer=viewer(world.school, world.teacher), slug="news.latest", step=-1)
    ModuleChoice.objects.filter(slug="news").update(enabled=False)
    assert not [slug for slug in slugs(world, "teacher") if slug.startswith("news.")]


# --- The page ------------------------------------------------------------------------------------------------
def test_buttons_work_without_scripts(world: Any, enter: Any) -> None:
    answer = enter(world.teacher).post(URL, {"do": "hide", "part": "news.latest"})
    assert (answer.status_code, answer.url) == (302, URL)
    assert "news.latest" not in slugs(world, "teacher")


def test_buttons_answer_the_list_to_htmx(world: Any, enter: Any) -> None:
    answer = enter(world.teacher).post(URL, {"do": "hide", "part": "news.latest"}, headers={"hx-request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert 'value="reset"' in page


def test_way_back_is_offered_only_to_those_who_moved_something(world: Any, enter: Any) -> None:
    assert 'value="reset"' not in enter(world.teacher).get(URL).content.decode()


def test_unknown_button_changes_nothing(world: Any, enter: Any) -> None:
    before = slugs(world, "teacher")
    assert enter(world.teacher).post(URL, {"do": "fly", "part": "news.latest"}).status_code == 422
    assert slugs(world, "teacher") == before
