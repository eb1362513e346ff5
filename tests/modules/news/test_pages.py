"""The pages, as each of the cast meets them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.modules.models import ModuleChoice
from modules.news import selectors, services
from modules.news.choices import Status
from modules.news.models import Article, Confirmation, Contributor, Hiding, Reading, Section
from tenants.schemas.context import school
from tests.factories import client_for, make_guardian, make_person
from tests.modules.news.conftest import Cast, for_class, make_cast, published, submitted, written
from tests.signing import signed_in_client

SignIn = Callable[[Any], Any]


def url(name: str, *args: Any) -> str:
    return reverse(f"news:{name}", args=args)


def form_data(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {"section": cast.section.pk, "title": "Une sortie", "body": "Demain.", **fields}


def in_school(cast: Cast, read: Callable[[], Any]) -> Any:
    with school(cast.establishment):
        return read()


# --- Who sees what --------------------------------------------------------------------------------------
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


# --- Dates ----------------------------------------------------------------------------------------------
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


# --- Reading --------------------------------------------------------------------------------------------
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


# --- Writing --------------------------------------------------------------------------------------------
def test_a_draft_is_kept_and_then_checked(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.teacher)
    answer = client.post(url("create"), form_data(cast, check="1"))
    article = in_school(cast, Article.objects.get)
    assert (answer.status_code, answer["Location"]) == (302, url("check", article.pk))


def test_the_whole_way_without_scripts(cast: Cast, sign_in: SignIn) -> None:
    """Written, proposed, accepted, read: forms and redirects only."""
    teacher, head = sign_in(cast.teacher), sign_in(cast.head)
    teacher.post(url("create"), form_data(cast, check="1", roles=["pupil"]))
    pk = in_school(cast, Article.objects.get).pk
    for client, expected in ((teacher, Status.SUBMITTED), (head, Status.PUBLISHED)):
        form = client.get(url("check", pk)).context["form"]
        client.post(url("check", pk), {"version": form["version"].value(), "seen": form["seen"].value()})
        assert in_school(cast, Article.objects.get).status == expected
    assert sign_in(cast.pupil).get(url("detail", pk)).status_code == 200


def test_a_form_to_correct_keeps_what_was_typed(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.teacher).post(url("create"), form_data(cast, title="", body="Un long texte"))
    assert (answer.status_code, "Un long texte" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": "a\x00b"}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"body": "x" * 20_001}, "body"),
        ({"summary": "x" * 301}, "summary"),
        ({"section": "999999"}, "section"),
        ({"section": "abc"}, "section"),
        ({"classes": ["999999"]}, "classes"),
        ({"classes": ["abc"]}, "classes"),
        ({"roles": ["wizard"]}, "roles"),
        ({"publish_at": "hier"}, "publish_at"),
        ({"publish_at": "0001-01-01T00:00"}, "publish_at"),
        ({"expires_at": "9999-12-31T23:59"}, "expires_at"),
        ({"publish_at": "2030-01-02T08:00", "expires_at": "2030-01-01T08:00"}, "expires_at"),
        ({"pinned_until": "31/02/2026"}, "pinned_until"),
    ],
)
def test_nonsense_is_told_beside_its_field(cast: Cast, sign_in: SignIn, fields: dict[str, Any], wrong: str) -> None:
    answer = sign_in(cast.teacher).post(url("create"), form_data(cast, **fields))
    assert (answer.status_code, wrong in answer.context["form"].errors) == (422, True)
    assert not in_school(cast, Article.objects.exists)


def test_a_file_of_the_wrong_kind_is_told_and_nothing_is_kept(cast: Cast, sign_in: SignIn) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    wrong = SimpleUploadedFile("page.html", b"<html><script>alert(1)</script></html>", "text/html")
    answer = sign_in(cast.teacher).post(url("create"), form_data(cast, attachments=[wrong]))
    assert ("attachments" in answer.context["form"].errors, in_school(cast, Article.objects.exists)) == (True, False)
    assert "Choisissez de nouveau vos fichiers" in answer.content.decode()


def test_two_editors_lose_nothing(cast: Cast, sign_in: SignIn) -> None:
    """The second is told (409), keeps what they typed, and may then save over the first."""
    with school(cast.establishment):
        article = submitted(cast, cast.teacher)
    first, second = sign_in(cast.teacher), sign_in(cast.head)
    start = {"version": article.version}
    first.post(url("edit", article.pk), form_data(cast, title="Le premier", **start))
    answer = second.post(url("edit", article.pk), form_data(cast, title="Le second", **start))
    assert (answer.status_code, "Le second" in answer.content.decode()) == (409, True)
    assert in_school(cast, Article.objects.get).title == "Le premier"
    version = answer.context["form"]["version"].value()
    second.post(url("edit", article.pk), form_data(cast, title="Le second", version=version))
    assert in_school(cast, Article.objects.get).title == "Le second"


def test_editing_without_a_version_is_a_conflict(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = written(cast, cast.teacher)
    assert sign_in(cast.teacher).post(url("edit", article.pk), form_data(cast)).status_code == 409


def test_a_teacher_is_not_offered_urgency(cast: Cast, sign_in: SignIn) -> None:
    assert "urgent" not in sign_in(cast.teacher).get(url("create")).context["form"].fields


def test_urgency_sent_by_a_teacher_all_the_same_is_ignored(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.teacher).post(url("create"), form_data(cast, urgent="on"))
    assert not in_school(cast, Article.objects.get).urgent


def test_the_audience_is_counted_while_it_is_chosen(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.teacher).post(url("audience_count"), {"classes": [cast.school_class.pk]})
    assert answer.context["count"] == 3


def test_the_count_is_not_for_readers(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.pupil).post(url("audience_count")).status_code == 404


def test_the_preview_names_those_without_account(cast: Cast, sign_in: SignIn) -> None:
    child = make_person(cast.establishment, "pupil")
    with school(cast.establishment):
        cast.school_class.memberships.create(person=child)
        article = written(cast, cast.head, audience=for_class(cast))
    page = sign_in(cast.head).get(url("check", article.pk)).content.decode()
    assert ("Sans compte" in page, "aucun responsable qui ait un compte" in page) == (True, True)


def test_the_preview_warns_of_accounts_switched_off(cast: Cast, sign_in: SignIn) -> None:
    from tenants.accounts.models import Account

    Account.objects.filter(pk=cast.parent.account_id).update(is_active=False)
    with school(cast.establishment):
        article = written(cast, cast.head, audience=for_class(cast))
    assert "compte désactivé" in sign_in(cast.head).get(url("check", article.pk)).content.decode()


def test_urgent_news_to_everybody_is_warned_of(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = written(cast, cast.head, urgent=True)
    page = sign_in(cast.head).get(url("check", article.pk)).content.decode()
    assert "une confirmation à tout l’établissement" in page


def test_a_large_audience_is_warned_of(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        ModuleChoice.objects.filter(slug="news").update(settings={"large_audience": 1})
        article = written(cast, cast.head)
    assert "beaucoup de monde" in sign_in(cast.head).get(url("check", article.pk)).content.decode()


def test_a_wider_audience_is_shown_before_anything_is_published(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = written(cast, cast.head, audience=for_class(cast))
    client = sign_in(cast.head)
    form = client.get(url("check", article.pk)).context["form"]
    newcomer = make_person(cast.establishment, "pupil")
    with school(cast.establishment):
        cast.school_class.memberships.create(person=newcomer)
    data = {"version": form["version"].value(), "seen": form["seen"].value()}
    answer = client.post(url("check", article.pk), data)
    assert (answer.status_code, in_school(cast, Article.objects.get).status) == (409, Status.DRAFT)


@pytest.mark.parametrize("data", [{}, {"version": "x"}, {"version": "1", "seen": "x" * 400}])
def test_a_confirmation_that_makes_no_sense_shows_the_page_again(
    cast: Cast, sign_in: SignIn, data: dict[str, str]
) -> None:
    with school(cast.establishment):
        article = written(cast, cast.head)
    answer = sign_in(cast.head).post(url("check", article.pk), data)
    assert (answer.status_code, in_school(cast, Article.objects.get).status) == (422, Status.DRAFT)


def test_sending_back_shows_the_comment_to_the_author(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = submitted(cast, cast.teacher)
    data = {"version": article.version, "comment": "À quelle heure ?"}
    sign_in(cast.head).post(url("send_back", article.pk), data)
    assert "À quelle heure" in sign_in(cast.teacher).get(url("detail", article.pk)).content.decode()


def test_sending_back_without_a_word_is_refused(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = submitted(cast, cast.teacher)
    answer = sign_in(cast.head).post(url("send_back", article.pk), {"version": article.version, "comment": " "})
    assert (answer.status_code, "send_back_form" in answer.context) == (422, True)


def test_sending_back_an_old_version_is_refused(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = submitted(cast, cast.teacher)
    answer = sign_in(cast.head).post(url("send_back", article.pk), {"version": 1, "comment": "Non"})
    assert answer.status_code == 422


def test_withdrawing_offers_to_undo(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast)
    page = sign_in(cast.head).post(url("withdraw", article.pk), follow=True).content.decode()
    assert url("restore", article.pk) in page


@pytest.mark.parametrize("name", ["confirm", "recall", "withdraw", "section_hide", "section_archive", "audience_count"])
def test_nothing_changes_by_reading(cast: Cast, sign_in: SignIn, name: str) -> None:
    args = [cast.section.pk] if name.startswith("section") else [] if name == "audience_count" else [1]
    assert sign_in(cast.head).get(url(name, *args)).status_code == 405


def test_one_finds_ones_own_articles_again(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        written(cast, cast.teacher, title="Mon brouillon")
    assert "Mon brouillon" in sign_in(cast.teacher).get(url("mine")).content.decode()


def test_the_queue_is_there_for_reviewers(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        submitted(cast, cast.teacher, title="À relire")
    assert "À relire" in sign_in(cast.head).get(url("queue")).content.decode()


# --- Report ---------------------------------------------------------------------------------------------
def test_the_report_names_who_has_not_read(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast, urgent=True, audience=for_class(cast, "guardian", "pupil"))
        services.confirm(viewer=cast.viewer(cast.parent), article=article)
    answer = sign_in(cast.head).get(url("report", article.pk))
    found = answer.context["report"]
    assert ([row.person for row in answer.context["page"]], found.families_read, found.families) == ([cast.pupil], 1, 1)


def test_a_family_is_whole_when_all_its_guardians_have_read(here: Cast) -> None:
    father = make_person(here.establishment, "guardian")
    make_guardian(here.establishment, here.pupil, father)
    article = published(here, urgent=True, audience=for_class(here))
    services.confirm(viewer=here.viewer(father), article=article)
    report = selectors.report_on(article, selectors.terms_of(here.viewer(here.head)))
    assert (report.families_read, report.families_whole, report.families) == (1, 0, 1)


def test_brothers_and_sisters_are_one_family(here: Cast) -> None:
    sister = make_person(here.establishment, "pupil")
    make_guardian(here.establishment, sister, here.parent)
    here.school_class.memberships.create(person=sister)
    article = published(here, urgent=True, audience=for_class(here))
    assert selectors.report_on(article, selectors.terms_of(here.viewer(here.head))).families == 1


def test_the_report_narrows_to_a_role_or_a_class(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast, urgent=True)
    client = sign_in(cast.head)
    by_role = client.get(url("report", article.pk), {"role": "pupil", "lectures": "toutes"}).context["page"]
    by_class = client.get(url("report", article.pk), {"classe": "2de 1"}).context["page"]
    assert cast.pupil in [row.person for row in by_role]
    assert {row.person for row in by_class} == {cast.pupil, cast.parent}


def test_the_report_is_not_for_teachers(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast, urgent=True)
    assert sign_in(cast.teacher).get(url("report", article.pk)).status_code == 404


def test_news_that_asks_nothing_has_no_report(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast)
    assert sign_in(cast.head).get(url("report", article.pk)).status_code == 404


def test_the_export_computes_nothing(cast: Cast, sign_in: SignIn) -> None:
    make_person(cast.establishment, "pupil", first_name="=1+1", last_name="@SUM(A1)")
    with school(cast.establishment):
        article = published(cast, urgent=True)
        services.confirm(viewer=cast.viewer(cast.pupil), article=article)
    answer = sign_in(cast.head).get(url("report_export", article.pk))
    text = answer.content.decode()
    assert (text.startswith("\ufeff"), "'@SUM(A1);'=1+1" in text) == (True, True)


def test_the_export_is_written_down(cast: Cast, sign_in: SignIn) -> None:
    from core.audit.models import AuditEntry

    with school(cast.establishment):
        article = published(cast, urgent=True)
    sign_in(cast.head).get(url("report_export", article.pk))
    assert in_school(cast, AuditEntry.objects.filter(action="news.export_report").exists)


# --- Sections -------------------------------------------------------------------------------------------
def test_a_section_is_made_described_and_archived(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.head)
    values = {"name": "Club échecs", "icon": "award", "hue": "plum", "position": "5"}
    client.post(url("section_create"), values)
    pk = in_school(cast, lambda: Section.objects.get(name="Club échecs").pk)
    client.post(url("section_edit", pk), values | {"name": "Échecs"})
    client.post(url("section_archive", pk))
    assert in_school(cast, lambda: Section.objects.get(name="Échecs").is_archived)
    client.post(url("section_reopen", pk))
    assert not in_school(cast, lambda: Section.objects.get(name="Échecs").is_archived)


@pytest.mark.parametrize("values", [{"name": ""}, {"name": "VIE DU LYCÉE"}, {"name": "x", "icon": "bomb"}])
def test_a_section_to_correct_is_shown_again(cast: Cast, sign_in: SignIn, values: dict[str, str]) -> None:
    data = {"icon": "award", "hue": "plum", "position": "5"} | values
    assert sign_in(cast.head).post(url("section_create"), data).status_code == 422
    other = in_school(cast, lambda: Section.objects.create(name="Autre").pk)
    assert sign_in(cast.head).post(url("section_edit", other), data).status_code == 422


def test_contributors_are_found_added_and_removed(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.head)
    page = client.get(url("section_edit", cast.section.pk), {"q": cast.teacher.last_name})
    assert cast.teacher in page.context["found"]
    client.post(url("contributor_set", cast.section.pk), {"person": cast.teacher.pk})
    line = in_school(cast, Contributor.objects.get)
    client.post(url("contributor_remove", cast.section.pk, line.pk))
    assert not in_school(cast, Contributor.objects.exists)


@pytest.mark.parametrize(
    ("data", "status"), [({}, 422), ({"role": "wizard"}, 422), ({"person": "x"}, 422), ({"person": "99999"}, 404)]
)
def test_contributors_that_make_no_sense_are_refused(
    cast: Cast, sign_in: SignIn, data: dict[str, str], status: int
) -> None:
    assert sign_in(cast.head).post(url("contributor_set", cast.section.pk), data).status_code == status


def test_a_manager_who_removes_themselves_lands_on_the_list(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        line = Contributor.objects.create(section=cast.section, person=cast.teacher, manages=True)
    answer = sign_in(cast.teacher).post(url("contributor_remove", cast.section.pk, line.pk))
    assert answer["Location"] == url("sections")


@pytest.mark.parametrize("name", ["section_edit", "section_archive", "section_reopen", "contributor_set"])
def test_sections_are_not_described_by_others(cast: Cast, sign_in: SignIn, name: str) -> None:
    assert sign_in(cast.teacher).post(url(name, cast.section.pk)).status_code == 404


def test_a_section_that_is_not_there_is_not_hidden(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.pupil).post(url("section_hide", 999999)).status_code == 404


# --- Cost -----------------------------------------------------------------------------------------------
def queries(client: Any, path: str) -> int:
    client.get(path)  # what is read once and kept
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("name", "who"), [("list", "parent"), ("mine", "head"), ("queue", "head"), ("sections", "head")]
)
def test_a_list_of_three_asks_no_more_than_a_list_of_one(cast: Cast, sign_in: SignIn, name: str, who: str) -> None:
    def add() -> None:
        with school(cast.establishment):
            published(cast, audience=for_class(cast))
            submitted(cast, cast.teacher)
            Section.objects.create(name=f"Rubrique {Section.objects.count()}")

    add()
    client = sign_in(getattr(cast, who))
    one = queries(client, url(name))
    add()
    add()
    assert queries(client, url(name)) == one


def test_a_report_asks_the_same_for_many_people(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast, urgent=True)
    client = sign_in(cast.head)
    few = queries(client, url("report", article.pk))
    for _ in range(3):
        child, parent = make_person(cast.establishment, "pupil"), make_person(cast.establishment, "guardian")
        make_guardian(cast.establishment, child, parent)
    assert queries(client, url("report", article.pk)) == few
