"""What the manifest names: widgets, banners, files, personal data, demo."""

import json
import random
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.audit.models import AuditEntry
from core.files.models import StoredFile
from core.people.models import Person
from modules.news import demo, hooks, services
from modules.news.choices import Status
from modules.news.models import Article, Confirmation, Contributor, Hiding, Reading, Section
from modules.news.services import Content, FileChanges
from tests.modules.news.conftest import Cast, for_class, publish, published, submitted, written


def request(cast: Cast, person: Person, path: str = "/") -> Any:
    return SimpleNamespace(viewer=cast.viewer(person), path=path)


def with_file(cast: Cast, author: Person, **fields: Any) -> tuple[Article, StoredFile]:
    content = Content(section=cast.section, title="Avec pièce", body="Voir la pièce.", **fields)
    note = SimpleUploadedFile("note.txt", b"Bonjour", "text/plain")
    article = services.create_article(viewer=cast.viewer(author), content=content, changes=FileChanges(added=[note]))
    return article, article.attachments.get().file


# --- Widgets and banners --------------------------------------------------------------------------------
def test_the_widget_hides_while_there_is_no_news(here: Cast) -> None:
    assert hooks.latest_widget(request(here, here.pupil)) is None


def test_the_widget_puts_what_is_to_confirm_first(here: Cast) -> None:
    urgent = published(here, urgent=True)
    published(here)
    found = hooks.latest_widget(request(here, here.pupil))
    assert found
    assert (found["waiting"], len(found["articles"]), found["unread"]) == ([urgent], 1, 2)


def test_the_review_widget_is_for_those_who_decide(here: Cast) -> None:
    article = submitted(here, here.teacher)
    assert hooks.review_widget(request(here, here.head)) == {"articles": [article], "count": 1}
    assert hooks.review_widget(request(here, here.teacher)) is None


def test_a_banner_is_not_on_its_own_page(here: Cast) -> None:
    from django.utils import timezone

    article = published(here, banner_until=timezone.localdate())
    assert len(hooks.banners(request(here, here.pupil))) == 1
    assert hooks.banners(request(here, here.pupil, f"/actualites/{article.pk}/")) == []


def test_no_banner_for_those_who_may_not_read(here: Cast) -> None:
    stranger = Person.objects.create(first_name="Sans", last_name="Rôle", roles=[])
    assert hooks.banners(request(here, stranger)) == []


# --- Files ----------------------------------------------------------------------------------------------
def test_a_file_is_readable_exactly_when_its_article_is(here: Cast) -> None:
    article, stored = with_file(here, here.head, audience=for_class(here))
    people = (here.head, here.pupil, here.outsider)
    assert [hooks.file_access(here.viewer(p), stored) for p in people] == [True, False, False]
    publish(here, article, by=here.head)
    assert [hooks.file_access(here.viewer(p), stored) for p in people] == [True, True, False]


def test_a_file_of_nothing_is_readable_by_nobody(here: Cast) -> None:
    _article, stored = with_file(here, here.head)
    Article.objects.all().delete()
    assert not hooks.file_access(here.viewer(here.head), stored)


def test_a_file_needs_the_permission_to_read_news(here: Cast) -> None:
    from core.modules.models import ModuleChoice

    article, stored = with_file(here, here.head)
    publish(here, article, by=here.head)
    ModuleChoice.objects.filter(slug="news").update(grants={"view": ["teacher"]})
    assert not hooks.file_access(here.viewer(here.pupil), stored)


def test_a_file_is_served_to_a_reader_as_a_download(cast: Cast, sign_in: Any) -> None:
    from tenants.schemas.context import school

    with school(cast.establishment):
        article, stored = with_file(cast, cast.head)
        publish(cast, article, by=cast.head)
    answer = sign_in(cast.pupil).get(f"/fichiers/{stored.pk}/?telecharger")
    assert (answer.status_code, "attachment" in answer["Content-Disposition"]) == (200, True)


# --- Personal data --------------------------------------------------------------------------------------
def test_all_that_is_held_about_a_person_can_be_taken_away(here: Cast) -> None:
    article = published(here, by=here.head, urgent=True)
    services.confirm(viewer=here.viewer(here.parent), article=article)
    services.hide_section(viewer=here.viewer(here.parent), section=here.section)
    services.set_contributor(viewer=here.viewer(here.head), section=here.section, person=here.parent, manages=True)
    held = json.loads(json.dumps(hooks.export_person(here.parent)))
    assert held["confirmations"][0]["child"] == here.pupil.full_name
    assert (held["hidden_sections"], len(held["readings"]), len(held["contributes_to"])) == (["Vie du lycée"], 1, 1)


def test_what_a_person_wrote_can_be_taken_away(here: Cast) -> None:
    submitted(here, here.teacher, title="Mon texte")
    assert hooks.export_person(here.teacher)["articles"][0]["title"] == "Mon texte"


def test_forgetting_an_author_keeps_what_others_have_read(here: Cast) -> None:
    article = publish(here, submitted(here, here.teacher), by=here.head)
    written(here, here.teacher, title="Jamais montré")
    hooks.erase_person(here.teacher, actor=here.head)
    kept = Article.objects.get()
    assert (kept.pk, kept.author) == (article.pk, None)


def test_forgetting_a_person_leaves_no_row_that_names_them(here: Cast) -> None:
    article = published(here, urgent=True)
    services.confirm(viewer=here.viewer(here.parent), article=article)
    services.hide_section(viewer=here.viewer(here.parent), section=here.section)
    touched = hooks.erase_person(here.parent, actor=None)
    rows = Reading.objects.count() + Confirmation.objects.count() + Hiding.objects.count()
    assert (touched, rows) == (3, 0)


def test_forgetting_a_child_forgets_what_was_confirmed_for_it(here: Cast) -> None:
    article = published(here, urgent=True)
    services.confirm(viewer=here.viewer(here.parent), article=article)
    hooks.erase_person(here.pupil, actor=None)
    assert not Confirmation.objects.exists()


def test_forgetting_is_written_down(here: Cast) -> None:
    hooks.erase_person(here.pupil, actor=here.head)
    assert AuditEntry.objects.filter(action="news.forget").exists()


# --- Demo -----------------------------------------------------------------------------------------------
def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 -- the same dice each time


@pytest.fixture
def seeded(here: Cast) -> Cast:
    Section.objects.all().delete()
    demo.create(here.establishment, dice(7))
    return here


def test_the_demo_shows_every_state(seeded: Cast) -> None:
    from django.utils import timezone

    states = {article.state(timezone.now()) for article in Article.objects.all()}
    assert states >= {"draft", "sent_back", "submitted", "scheduled", "published", "expired"}


def test_the_demo_has_urgent_news_that_some_have_confirmed(seeded: Cast) -> None:
    assert Article.objects.filter(urgent=True, status=Status.PUBLISHED).exists()


def test_the_demo_is_made_once(seeded: Cast) -> None:
    before = Article.objects.count()
    demo.create(seeded.establishment, dice(8))
    assert Article.objects.count() == before


def test_the_demo_is_the_same_for_the_same_seed(seeded: Cast) -> None:
    first = list(Article.objects.order_by("pk").values_list("title", "author", "status"))
    Article.objects.all().delete()
    Section.objects.all().delete()
    demo.create(seeded.establishment, dice(7))
    assert list(Article.objects.order_by("pk").values_list("title", "author", "status")) == first


def test_a_school_without_anybody_gets_no_demo(here: Cast) -> None:
    Contributor.objects.all().delete()
    Section.objects.all().delete()
    Person.objects.filter(roles__contains=["management"]).update(roles=["teacher"])
    demo.create(here.establishment, dice(7))
    assert not Section.objects.exists()
