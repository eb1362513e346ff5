"""The index follows the rows."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core.audit.models import AuditEntry
from core.files.models import StoredFile
from core.permissions.viewer import viewer_as
from core.search import services
from core.search.kinds import everything
from core.search.models import IndexEntry
from core.search.selectors import entries
from core.search.text import words_of
from modules.news import services as news
from modules.news.models import Article, Attachment, Section
from modules.news.services import Content

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]
KIND = "news.article"


@pytest.fixture
def author(world):
    return viewer_as(world.head, world.school)


@pytest.fixture
def article(author):
    section = Section.objects.create(name="Vie du lycée")
    said = {"title": "Sortie au musée", "summary": "Prévoir un pique-nique", "body": "Rendez-vous **8 h**"}
    content = Content(section=section, **said)
    return news.create_article(viewer=author, content=content)


def found(typed):
    rows = entries(everything()[KIND], Article.objects.all(), words_of(typed), limit=10)
    return [entry.object_id for entry in rows]


def publish(author, article):
    from modules.news import selectors

    seen = selectors.preview_of(article, author).fingerprint
    return news.publish(viewer=author, article=article, version=article.version, seen=seen)


@pytest.mark.parametrize(
    "typed",
    ["musée", "MUSEE", "musées", "mus", "sorties", "sor mus", "pique-nique", "rendez vous", "vie lycee"],
)
def test_an_article_is_found_by_its_words(article, typed):
    assert found(typed) == [article.pk]


@pytest.mark.parametrize("typed", ["usee", "musée lundi", "m8", "zzz"])
def test_other_words_do_not_find_it(article, typed):
    assert found(typed) == []


def test_a_change_is_found_at_once(author, article):
    content = Content(section=article.section, title="Sortie au théâtre")
    news.change_article(viewer=author, article=article, version=article.version, content=content)
    assert (found("musée"), found("théâtre")) == ([], [article.pk])


def test_what_is_put_away_is_not_found_and_comes_back(author, article):
    news.discard(viewer=author, article=article)
    assert found("musée") == []
    news.recover(viewer=author, article=article)
    assert found("musée") == [article.pk]


def test_the_date_is_that_of_publication(author, article):
    publish(author, article)
    assert IndexEntry.objects.get(kind=KIND, object_id=article.pk).on == timezone.localdate()


def test_names_of_files_are_found(article):
    stored = StoredFile.objects.create(module="news", kind="document", name="Autorisation parentale.pdf", size=1)
    Attachment.objects.create(article=article, file=stored)
    services.refresh(KIND, article.pk)
    assert found("autorisation") == [article.pk]


def test_a_section_renamed_is_found_by_its_new_name(author, article):
    news.change_section(viewer=author, section=article.section, values={"name": "Voyages"})
    assert (found("voyage"), found("lycée")) == ([article.pk], [])


def test_an_entry_vanishes_with_the_change_that_made_it(article):
    Article.objects.filter(pk=article.pk).update(title="Départ à la piscine")
    with transaction.atomic():
        services.refresh(KIND, article.pk)
        transaction.set_rollback(True)
    assert found("piscine") == []


def test_reconciling_mends_what_was_missed(article):
    other = Article.objects.create(section=article.section, title="Oubliée")
    Article.objects.filter(pk=article.pk).update(title="Changée sans le dire")
    IndexEntry.objects.create(kind=KIND, object_id=10**9, title="Disparue", vector="", digest="")
    assert services.reconcile(KIND) == 3
    assert (found("oubli"), found("changée"), found("musée")) == ([other.pk], [article.pk], [])
    assert services.reconcile(KIND) == 0


def test_reconciling_forgets_kinds_that_no_manifest_declares():
    IndexEntry.objects.create(kind="gone.thing", object_id=1, title="Vieux module", vector="", digest="")
    assert services.reconcile_all() == 1
    assert not IndexEntry.objects.filter(kind="gone.thing").exists()


def test_a_module_that_leaves_takes_its_entries(article):
    assert services.forget_module("news") == 1
    assert found("musée") == []


def test_nothing_is_written_for_what_has_not_changed(article, django_assert_num_queries):
    with django_assert_num_queries(5):  # savepoint, entries, articles, files, end
        services.refresh(KIND, article.pk)
    assert not AuditEntry.objects.filter(action__startswith="search.").exists()


def test_a_very_long_text_is_indexed(article):
    Article.objects.filter(pk=article.pk).update(body="élan " * 4000 + "x" * 3000)
    services.refresh(KIND, article.pk)
    assert found("élan") == [article.pk]


def test_title_comes_before_text_and_new_before_old(article):
    older = Article.objects.create(section=article.section, title="Le musée en images", publish_at=None)
    Article.objects.filter(pk=older.pk).update(created_at=timezone.now() - timedelta(days=90))
    inside = Article.objects.create(section=article.section, title="Divers", body="Un mot sur le musée")
    services.refresh(KIND, older.pk, inside.pk)
    assert found("musée") == [article.pk, older.pk, inside.pk]
