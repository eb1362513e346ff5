"""What authors and reviewers meet, from the form to the readers."""

from typing import Any

import pytest

from core.modules.models import ModuleChoice
from modules.news.choices import Status
from modules.news.models import Article
from tenants.schemas.context import school
from tests.factories import make_person
from tests.modules.news.conftest import (
    Cast,
    SignIn,
    for_class,
    form_data,
    in_school,
    published,
    submitted,
    url,
    written,
)


# --- Writing ---
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


def test_the_preview_warns_of_accounts_that_were_never_opened(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = written(cast, cast.head, audience=for_class(cast))
    page = sign_in(cast.head).get(url("check", article.pk)).content.decode()
    assert "jamais activé leur compte" in page


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
