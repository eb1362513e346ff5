"""What readers meet: who sees what, when, and what they can do with it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.modules.models import ModuleChoice
from modules.news import selectors, services
from modules.news.models import Confirmation, Hiding, Reading
from tenants.schemas.context import school
from tests.factories import client_for, make_guardian, make_person
from tests.modules.news.conftest import (
    Cast,
    SignIn,
    for_class,
    in_school,
    make_cast,
    published,
    submitted,
    url,
    written,
)
from tests.signing import signed_in_client


# --- Who sees what ---
def test_an_anonymous_visitor_signs_in_first(cast: Cast) -> None:
    response = client_for(cast.establishment).get("/actualites/")
    assert (response.status_code, "/actualites/" in response["Location"]) == (302, True)


def test_a_reader_sees_what_reaches_them(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        published(cast, title="Pour la classe", audience=for_class(cast))
    assert "Pour la classe" in sign_in(cast.parent).get("/actualites/").content.decode()


def test_an_outsider_does_not_see_it(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast, title="Pour la classe", audience=for_class(cast))
    client = sign_in(cast.outsider)
    assert "Pour la classe" not in client.get("/actualites/").content.decode()
    assert client.get(f"/actualites/{article.pk}/").status_code == 404


@pytest.mark.parametrize("name", ["detail", "edit", "check", "report", "report_export"])
def test_a_draft_is_its_authors_alone(cast: Cast, sign_in: SignIn, name: str) -> None:
    with school(cast.establishment):
        article = written(cast, cast.teacher)
    assert {sign_in(who).get(url(name, article.pk)).status_code for who in (cast.head, cast.pupil)} == {404}


def test_an_author_sees_their_draft(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = written(cast, cast.teacher)
    assert sign_in(cast.teacher).get(url("detail", article.pk)).status_code == 200


def test_a_reviewer_sees_a_proposal_and_readers_do_not(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = submitted(cast, cast.teacher)
    answers = [sign_in(who).get(url("detail", article.pk)).status_code for who in (cast.head, cast.pupil)]
    assert answers == [200, 404]


def test_withdrawn_news_is_gone_for_readers(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast)
        services.withdraw(viewer=cast.viewer(cast.head), article=article)
    assert sign_in(cast.pupil).get(url("detail", article.pk)).status_code == 404


POSTS = [
    "confirm", "edit", "check", "send_back", "recall", "withdraw", "restore", "reopen", "discard", "recover",
]  # fmt: skip


@pytest.mark.parametrize("name", POSTS)
def test_nothing_can_be_done_to_what_one_does_not_see(cast: Cast, sign_in: SignIn, name: str) -> None:
    with school(cast.establishment):
        article = published(cast, audience=for_class(cast))
    assert sign_in(cast.outsider).post(url(name, article.pk)).status_code == 404


@pytest.mark.parametrize("name", [*POSTS, "detail", "report"])
def test_the_same_number_at_the_other_school_is_nothing(cast: Cast, college_b: Any, sign_in: SignIn, name: str) -> None:
    """The other school's head meets only the other school's articles, whatever the number."""
    with school(cast.establishment):
        article = published(cast, title="Au lycée", urgent=True)
    other = make_cast(college_b)
    client = signed_in_client(college_b, other.head)
    method = client.get if name in {"detail", "report"} else client.post
    assert method(url(name, article.pk)).status_code == 404


def test_a_session_of_one_school_opens_nothing_at_the_other(cast: Cast, college_b: Any, sign_in: SignIn) -> None:
    client = sign_in(cast.head)
    answer = client.get("/actualites/", headers={"host": f"{college_b.slug}.localhost"})
    assert answer.status_code == 302


@pytest.mark.parametrize("path", ["", "nouvelle/", "rubriques/"])
def test_a_module_that_is_off_is_not_there(cast: Cast, sign_in: SignIn, path: str) -> None:
    with school(cast.establishment):
        ModuleChoice.objects.filter(slug="news").update(enabled=False)
    assert sign_in(cast.head).get(f"/actualites/{path}").status_code == 404


def test_writing_pages_are_not_there_for_readers(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.pupil)
    pages = ["create", "queue", "section_create"]
    assert {client.get(url(name)).status_code for name in pages} == {404}


@pytest.mark.parametrize("pk", ["0", "999999999", "99999999999999999999999", "-1", "abc", "1%00"])
def test_addresses_that_make_no_sense_are_not_found(cast: Cast, sign_in: SignIn, pk: str) -> None:
    assert sign_in(cast.head).get(f"/actualites/{pk}/").status_code == 404


@pytest.mark.parametrize(
    "query", ["page=abc", "page=-3", "page=99999", "rubrique=x", "rubrique=999999999999999999999", "lecture=%00"]
)
def test_filters_that_make_no_sense_are_left_out(cast: Cast, sign_in: SignIn, query: str) -> None:
    with school(cast.establishment):
        published(cast, title="Toujours là")
    assert "Toujours là" in sign_in(cast.pupil).get(f"/actualites/?{query}").content.decode()


# --- Dates ---
@pytest.mark.parametrize(
    ("instant", "visible"),
    [
        ("2026-12-01 06:59:59+01:00", False),
        ("2026-12-01 07:00:00+01:00", True),
        ("2026-12-05 17:59:59+01:00", True),
        ("2026-12-05 18:00:00+01:00", False),
    ],
)
def test_an_article_is_there_from_its_first_to_before_its_last_instant(here: Cast, instant: str, visible: bool) -> None:
    import time_machine
    from django.utils.dateparse import parse_datetime

    with time_machine.travel("2026-11-30 12:00+01:00", tick=False):
        published(
            here,
            publish_at=parse_datetime("2026-12-01 07:00:00+01:00"),
            expires_at=parse_datetime("2026-12-05 18:00:00+01:00"),
        )
    with time_machine.travel(instant, tick=False):
        assert selectors.articles_for(here.viewer(here.pupil)).exists() is visible


def test_a_pin_ends_with_its_last_day(here: Cast) -> None:
    published(here, pinned_until=timezone.localdate())
    published(here, pinned_until=timezone.localdate() - timedelta(days=1))
    pinned = [article.is_pinned_now for article in selectors.reading_list(here.viewer(here.pupil))]
    assert pinned == [True, False]


def test_what_is_to_confirm_comes_before_what_is_pinned(here: Cast) -> None:
    published(here, title="Urgente", urgent=True)
    published(here, title="Épinglée", pinned_until=timezone.localdate())
    assert [a.title for a in selectors.reading_list(here.viewer(here.pupil))] == ["Urgente", "Épinglée"]


# --- Reading ---
def test_opening_an_article_takes_its_mark_away(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast)
    client = sign_in(cast.pupil)
    assert "(non lue)" in client.get("/actualites/").content.decode()
    client.get(url("detail", article.pk))
    assert "(non lue)" not in client.get("/actualites/").content.decode()


def test_only_unread_news_can_be_asked_for(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast, title="Déjà lue")
        Reading.objects.create(article=article, person=cast.pupil)
    assert "Déjà lue" not in sign_in(cast.pupil).get("/actualites/?lecture=non-lues").content.decode()


def test_a_hidden_section_is_left_out_but_for_urgent_news(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        published(cast, title="Ordinaire")
        published(cast, title="Pressante", urgent=True)
    client = sign_in(cast.pupil)
    client.post(url("section_hide", cast.section.pk))
    page = client.get("/actualites/").content.decode()
    assert ("Ordinaire" in page, "Pressante" in page) == (False, True)


def test_hiding_can_be_undone(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.pupil)
    client.post(url("section_hide", cast.section.pk))
    client.post(url("section_show", cast.section.pk))
    assert not in_school(cast, Hiding.objects.exists)


def test_a_guardian_confirms_and_is_thanked(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast, urgent=True)
    page = sign_in(cast.parent).post(url("confirm", article.pk), follow=True).content.decode()
    assert ("Vous avez confirmé votre lecture" in page, in_school(cast, Confirmation.objects.count)) == (True, 1)


def test_a_guardian_of_two_is_told_which_child(cast: Cast, sign_in: SignIn) -> None:
    sister = make_person(cast.establishment, "pupil", first_name="Zélie")
    make_guardian(cast.establishment, sister, cast.parent)
    with school(cast.establishment):
        published(cast, audience=for_class(cast))
    page = sign_in(cast.parent).get("/actualites/").content.decode()
    rows = page[page.index('class="list"') :]
    assert (cast.pupil.first_name in rows, "Zélie" in rows) == (True, False)


def test_a_banner_stands_on_other_pages_until_confirmed(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast, title="Car en panne", urgent=True, banner_until=timezone.localdate())
    client = sign_in(cast.parent)
    assert "Car en panne" in client.get("/actualites/rubriques/").content.decode()
    client.post(url("confirm", article.pk))
    client.get("/actualites/rubriques/")  # the toast of the confirmation
    assert "Car en panne" not in client.get("/actualites/rubriques/").content.decode()
