"""News for programs: the same rules as the pages, told in JSON."""

import pytest

from core.notifications.models import Event
from modules.news.choices import Status
from modules.news.models import Article, Reading, Section
from tenants.schemas.context import school
from tests.factories import give_account, make_account, make_person
from tests.isolation.tokens import open_to_all_roles, program, token

pytestmark = pytest.mark.django_db
ARTICLES = "/api/v1/news/articles"


@pytest.fixture
def place(lycee_a):
    open_to_all_roles(lycee_a)
    return lycee_a


@pytest.fixture
def section(place):
    with school(place):
        return Section.objects.create(name="Vie du lycée")


@pytest.fixture
def call_as(place):
    """`call, person = call_as("teacher")`; `call("POST", address, {…}, if_match=…)`"""

    def make(*roles, scopes=None):
        person = make_person(place, *roles)
        give_account(place, person, make_account(password=None))
        client = program(f"{place.slug}.localhost", token(place, person, scopes))

        def call(method, address, body=None, **headers):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            sent = {"data": body, "content_type": "application/json"} if body is not None else {}
            return getattr(client, method.lower())(address, headers=named, **sent)

        return call, person

    return make


def draft(call, section, **values):
    return call("POST", ARTICLES, {"section": section.pk, "title": "Portes ouvertes", "body": "Samedi.", **values})


def test_draft_is_written_and_read(call_as, section):
    call, person = call_as("teacher")
    made = draft(call, section, audience={"roles": ["pupil"]})
    assert made.status_code == 201
    article = call("GET", f"{ARTICLES}/{made.json()['id']}").json()
    assert (article["state"], article["author"]["id"]) == ("draft", person.pk)
    assert article["audience"] == {"roles": ["pupil"], "classes": [], "groups": []}
    assert article["html"].strip() == "<p>Samedi.</p>"


def test_draft_of_somebody_else_is_not_there(call_as, section):
    made = draft(call_as("teacher")[0], section).json()
    other, _person = call_as("teacher")
    assert other("GET", f"{ARTICLES}/{made['id']}").status_code == 404


def test_pupil_writes_nothing(call_as, section):
    call, _person = call_as("pupil")
    assert draft(call, section).status_code == 404


def test_reading_scope_does_not_write(call_as, section):
    call, _person = call_as("management", scopes=["news.read"])
    assert draft(call, section).json()["code"] == "scope-missing"


def test_writing_scope_does_not_publish(call_as, section):
    call, _person = call_as("management", scopes=["news.read", "news.write"])
    made = draft(call, section)
    answer = call("POST", f"{ARTICLES}/{made.json()['id']}/publish", {"seen": ""}, if_match=made.headers["ETag"])
    assert answer.json()["code"] == "scope-missing"


def test_urgent_is_not_written_without_the_scope_that_sends_it(call_as, section):
    call, _person = call_as("management", scopes=["news.write"])
    assert draft(call, section, urgent=True).json()["code"] == "urgent"


def test_section_that_one_does_not_write_in_is_refused_beside_its_field(call_as, place, section):
    with school(place):
        Section.objects.update(restricted=True)
    call, _person = call_as("management")
    assert draft(call, section).status_code == 201
    teacher, _person = call_as("teacher")
    with school(place):
        open_one = Section.objects.create(name="Ouverte")
    assert draft(teacher, open_one).status_code == 201
    assert set(draft(teacher, section).json()["fields"]) == {"section"}


def test_change_asks_for_the_version_that_was_read(call_as, section):
    call, _person = call_as("teacher")
    made = draft(call, section)
    address = f"{ARTICLES}/{made.json()['id']}"
    assert call("PATCH", address, {"title": "Autre"}).status_code == 428
    changed = call("PATCH", address, {"title": "Autre"}, if_match=made.headers["ETag"])
    assert (changed.status_code, changed.json()["title"], changed.json()["body"]) == (200, "Autre", "Samedi.")
    again = call("PATCH", address, {"title": "Encore"}, if_match=made.headers["ETag"])
    assert (again.status_code, again.json()["code"]) == (412, "stale")
    assert call("PATCH", address, {"title": "Encore"}, if_match=changed.headers["ETag"]).status_code == 200


def test_etag_of_reading_serves_to_change(call_as, section):
    call, _person = call_as("teacher")
    address = f"{ARTICLES}/{draft(call, section).json()['id']}"
    etag = call("GET", address).headers["ETag"]
    assert call("PATCH", address, {"title": "Autre"}, if_match=f"W/{etag}").status_code == 200


@pytest.mark.parametrize("etag", ["x", '"vx-1"', "*", '"v99999999999-0"', '"v²-0"'])
def test_version_that_is_none_is_refused(call_as, section, etag):
    call, _person = call_as("teacher")
    address = f"{ARTICLES}/{draft(call, section).json()['id']}"
    assert call("PATCH", address, {"title": "Autre"}, if_match=etag).status_code in {412, 400}


def test_publishing_asks_for_the_count_that_was_read(place, call_as, section):
    call, _person = call_as("management")
    make_person(place, "pupil")
    made = draft(call, section, audience={"roles": ["pupil"]})
    address = f"{ARTICLES}/{made.json()['id']}"
    counted = call("GET", f"{address}/audience").json()
    assert counted["problems"] == []
    make_person(place, "pupil")
    refused = call("POST", f"{address}/publish", {"seen": counted["seen"]}, if_match=made.headers["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (412, "audience-widened")
    counted = call("GET", f"{address}/audience").json()
    published = call("POST", f"{address}/publish", {"seen": counted["seen"]}, if_match=made.headers["ETag"])
    assert (published.status_code, published.json()["state"]) == (200, "published")
    with school(place):
        assert Event.objects.filter(kind="news.published").count() == 1


def test_teacher_submits_and_the_head_finds_it(call_as, place, section):
    teacher, _person = call_as("teacher")
    head, _person = call_as("management")
    make_person(place, "pupil")
    made = draft(teacher, section)
    address = f"{ARTICLES}/{made.json()['id']}"
    seen = teacher("GET", f"{address}/audience").json()["seen"]
    sent = teacher("POST", f"{address}/submit", {"seen": seen}, if_match=made.headers["ETag"])
    assert sent.json()["state"] == "submitted"
    assert [row["id"] for row in head("GET", f"{ARTICLES}?box=to_review").json()["results"]] == [made.json()["id"]]
    assert [row["id"] for row in teacher("GET", f"{ARTICLES}?box=written").json()["results"]] == [made.json()["id"]]


def publish(place, section, author, **fields):
    from django.utils import timezone

    values = {"title": "Sortie", "body": "x", "body_html": "<p>x</p>", "status": Status.PUBLISHED}
    with school(place):
        return Article.objects.create(
            section=section, author=author, **(values | {"publish_at": timezone.now()} | fields)
        )


def test_reader_finds_what_is_published_and_marks_nothing(place, call_as, section):
    call, _person = call_as("pupil")
    article = publish(place, section, make_person(place, "teacher"))
    assert [row["id"] for row in call("GET", ARTICLES).json()["results"]] == [article.pk]
    assert call("GET", f"{ARTICLES}/{article.pk}").status_code == 200
    with school(place):
        assert not Reading.objects.exists()


def test_withdrawn_news_is_gone_for_readers(place, call_as, section):
    reader, _person = call_as("pupil")
    head, _person = call_as("management")
    article = publish(place, section, make_person(place, "teacher"))
    assert head("POST", f"{ARTICLES}/{article.pk}/withdraw").json()["state"] == "withdrawn"
    assert reader("GET", f"{ARTICLES}/{article.pk}").status_code == 404


def test_what_cannot_be_done_now_is_said(place, call_as, section):
    head, _person = call_as("management")
    article = publish(place, section, make_person(place, "teacher"), status=Status.WITHDRAWN)
    answer = head("POST", f"{ARTICLES}/{article.pk}/withdraw")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-now")


def test_sections_say_where_one_writes(call_as, section):
    teacher, pupil = call_as("teacher")[0], call_as("pupil")[0]
    assert teacher("GET", "/api/v1/news/sections").json()["results"][0]["may_write"] is True
    assert pupil("GET", "/api/v1/news/sections").json()["results"][0]["may_write"] is False


@pytest.mark.parametrize("address", [ARTICLES, f"{ARTICLES}?box=written", "/api/v1/news/sections"])
def test_lists_take_as_many_queries_for_one_as_for_three(place, call_as, section, address, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    call, person = call_as("management")
    publish(place, section, person)
    call("GET", address)
    with CaptureQueriesContext(connection) as one:
        call("GET", address)
    for number in range(2):
        with school(place):
            other = Section.objects.create(name=f"Autre {number}")
        publish(place, other, person)
    with django_assert_num_queries(len(one)):
        call("GET", address)
