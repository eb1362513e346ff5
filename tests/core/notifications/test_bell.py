"""The bell and the list: what each sees of what was told, by day and child; reading it, and taking that back."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.modules.models import ModuleChoice
from core.notifications.models import Event, Notification
from tenants.schemas.context import school
from tests.core.notifications.world import rows
from tests.core.world import YESTERDAY
from tests.factories import make_person
from tests.signing import signed_in_client

pytestmark = pytest.mark.django_db
LIST = "/notifications/"
UNREAD, READ = Notification.State.UNREAD, Notification.State.READ


@pytest.fixture
def told(place):
    """`told(person, "Sortie", child)`: a row of the bell, as the relay writes it."""

    def tell(person, title, *children, kind="dummy.noted", importance="normal", ago=timedelta(), **fields):
        event = Event.objects.create(
            kind=kind, importance=importance, state="done", url=fields.pop("url", "/actualites/"),
            data={"title": title},
        )  # fmt: skip
        at = timezone.now() - ago
        return Notification.objects.create(
            event=event, person=person, channel="in_app", children=[child.pk for child in children], due_at=at,
            created_at=at, **{"state": UNREAD, **fields},
        )  # fmt: skip

    return tell


@pytest.fixture
def guardian(family):
    return family[0]


@pytest.fixture
def client(place, guardian):
    return signed_in_client(place, guardian)


@pytest.fixture
def states(place):
    """`states(guardian)`: of each of a person's rows, in order. A request leaves the test outside the school."""

    def read(person):
        with school(place):
            return [row.state for row in rows(person)]

    return read


def text(response):
    """What is read of the page's main part."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main)).strip()


def bell(response):
    found = re.search(r'<a class="bell".*?</a>', response.content.decode(), re.S)
    return re.sub(r"<[^>]*>", " ", found.group()) if found else ""


# --- The bell -----------------------------------------------------------------------------------------------
def test_the_bell_of_a_page_says_how_many_are_unread(client, told, guardian):
    told(guardian, "Un"), told(guardian, "Deux"), told(guardian, "Lue", state=READ)
    assert "2 non lues" in bell(client.get("/"))


def test_the_bell_says_that_nothing_is_new(client, told, guardian):
    told(guardian, "Lue", state=READ)
    assert "aucune non lue" in bell(client.get("/"))


def test_the_bell_stops_counting(client, told, guardian):
    for number in range(101):
        told(guardian, str(number))
    assert "99+" in bell(client.get("/"))


def test_the_bell_counts_nobody_elses(client, told, place):
    told(make_person(place, "guardian"), "À un autre")
    assert "aucune non lue" in bell(client.get("/"))


def test_the_bell_counts_what_leaves_the_app_once(client, told, guardian):
    row = told(guardian, "Un")
    row.pk, row.channel, row.state = None, "email", Notification.State.WAITING
    row.save()
    assert "1 non lue" in bell(client.get("/"))


def test_the_bell_costs_one_query(client, told, guardian):
    def page():
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return sum("notifications_notification" in query["sql"] for query in queries)

    told(guardian, "Un")
    assert page() == 1


def test_a_stranger_of_the_school_has_no_bell(college_b, guardian):
    from tests.factories import client_for

    assert bell(client_for(college_b).get("/")) == ""


def test_the_fragment_says_what_is_new_since(client, told, guardian):
    known = told(guardian, "Un")
    told(guardian, "Deux")
    assert 'data-says="1 nouvelle notification"' in client.get(f"{LIST}pastille/?depuis={known.pk}").content.decode()


def test_the_fragment_says_nothing_where_nothing_is_new(client, told, guardian):
    known = told(guardian, "Un")
    assert "data-says" not in client.get(f"{LIST}pastille/?depuis={known.pk}").content.decode()


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40])
def test_the_fragment_takes_any_number(client, told, guardian, since):
    assert client.get(f"{LIST}pastille/?depuis={since}").status_code == 200


# --- What one sees ------------------------------------------------------------------------------------------
def test_what_was_told_to_others_is_not_in_the_list(client, told, place):
    told(make_person(place, "guardian"), "À un autre")
    assert "À un autre" not in text(client.get(LIST))


def test_each_item_names_its_child(client, told, family):
    guardian, lea, _tom = family
    told(guardian, "Sortie", lea)
    assert re.search(r"Sortie .* L Léa", text(client.get(LIST)))


def test_an_item_about_two_children_names_both(client, told, family):
    told(family[0], "Sortie", *family[1:])
    page = text(client.get(LIST))
    assert re.search(r"Sortie .* L Léa T Tom", page)


def test_what_concerns_a_child_that_one_may_no_longer_see_is_gone(client, told, family):
    from core.people.models import GuardianLink

    guardian, lea, tom = family
    told(guardian, "Pour Léa", lea), told(guardian, "Pour Tom", tom)
    GuardianLink.objects.filter(child=lea).update(starts_on=None, ends_on=YESTERDAY)
    page = text(client.get(LIST))
    assert ("Pour Léa" in page, "Pour Tom" in page) == (False, True)


def test_of_an_item_about_two_children_the_lost_one_is_not_named(client, told, family):
    from core.people.models import GuardianLink

    guardian, lea, tom = family
    told(guardian, "Sortie", lea, tom)
    GuardianLink.objects.filter(child=lea).update(starts_on=None, ends_on=YESTERDAY)
    page = text(client.get(LIST))
    assert "Sortie" in page
    assert "Léa" not in page


def test_what_comes_from_a_module_that_is_off_is_gone(client, told, guardian):
    told(guardian, "Menu")
    ModuleChoice.objects.filter(slug="dummy").update(enabled=False)
    assert "Menu" not in text(client.get(LIST))


def test_what_comes_from_a_module_closed_to_ones_role_is_gone(client, told, guardian):
    told(guardian, "Menu")
    ModuleChoice.objects.filter(slug="dummy").update(roles=["teacher"])
    assert "Menu" not in text(client.get(LIST))


@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_what_was_called_back_is_gone(client, told, guardian, state):
    told(guardian, "Menu", state=state)
    assert "Menu" not in text(client.get(LIST))


# --- How it is laid out -------------------------------------------------------------------------------------
def test_the_list_stands_by_day(client, told, guardian):
    told(guardian, "Vieux", ago=timedelta(days=1)), told(guardian, "Neuf")
    assert re.search(r"Aujourd’hui .*Neuf.* Hier .*Vieux", text(client.get(LIST)))


def test_urgent_things_that_are_unread_stand_first(client, told, guardian):
    told(guardian, "Alerte", kind="news.urgent", importance="urgent", ago=timedelta(days=3)), told(guardian, "Neuf")
    assert re.search(r"À lire d’abord .*Alerte.* Aujourd’hui .*Neuf", text(client.get(LIST)))


def test_urgent_things_that_are_read_stand_at_their_day(client, told, guardian):
    told(guardian, "Alerte", kind="news.urgent", importance="urgent", state=READ), told(guardian, "Neuf")
    page = text(client.get(LIST))
    assert "À lire d’abord" not in page
    assert re.search("Neuf.*Alerte", page)


def test_three_of_a_kind_on_a_day_stand_as_one_line(client, told, guardian):
    for number in range(3):
        told(guardian, f"Mot {number}")
    assert "3 mots du cuisinier" in text(client.get(LIST))


def test_two_of_a_kind_stand_by_themselves(client, told, guardian):
    for number in range(2):
        told(guardian, f"Mot {number}")
    assert "mots du cuisinier" not in text(client.get(LIST))


def test_urgent_things_are_never_put_together(client, told, guardian):
    for number in range(3):
        told(guardian, f"Mot {number}", importance="urgent")
    assert "mots du cuisinier" not in text(client.get(LIST))


def test_a_kind_without_words_for_several_stands_by_itself(client, told, guardian):
    for number in range(3):
        told(guardian, f"Repas {number}", kind="dummy.cancelled")
    assert text(client.get(LIST)).count("Repas du") >= 3


def test_an_empty_list_says_so(client):
    assert "Rien pour l’instant" in text(client.get(LIST))


def test_the_queries_of_the_list_do_not_grow_with_it(client, told, family, place):
    guardian, lea, tom = family

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    told(guardian, "Un", lea)
    queries()  # the first looks up what later ones know
    one = queries()
    with school(place):
        for number in range(3):
            told(guardian, f"Mot {number}", tom, kind="news.published")
    assert queries() == one


# --- Which -----------------------------------------------------------------------------------------------
def test_only_unread_ones_when_asked(client, told, guardian):
    told(guardian, "Lue", state=READ), told(guardian, "Neuve")
    page = text(client.get(f"{LIST}?vue=non-lues"))
    assert ("cuisinier : Lue" in page.replace("\u00a0", " "), "Neuve" in page) == (False, True)


def test_only_one_childs_when_it_is_chosen(client, told, family):
    guardian, lea, tom = family
    told(guardian, "Pour Léa", lea), told(guardian, "Pour Tom", tom), told(guardian, "Pour moi")
    page = text(client.get(f"{LIST}?enfant={lea.pk}"))
    assert ("Pour Léa" in page, "Pour Tom" in page, "Pour moi" in page) == (True, False, False)


def test_older_ones_follow_by_the_key_of_the_last(client, told, guardian, monkeypatch):
    from core.notifications import selectors

    monkeypatch.setattr(selectors, "PAGE", 2)
    for title in ("Un", "Deux", "Trois"):
        told(guardian, f"Numéro {title}", kind="news.published")
    first = client.get(LIST)
    following = re.search(r'href="\?(avant=\d+)"', first.content.decode()).group(1)
    second = client.get(f"{LIST}?{following}")
    assert ["Numéro Un" in text(page) for page in (first, second)] == [False, True]


@pytest.mark.parametrize("before", ["", "x", "-3", "9" * 40])
def test_a_cursor_that_is_none_is_the_beginning(client, told, guardian, before):
    told(guardian, "Un")
    assert client.get(f"{LIST}?avant={before}").status_code == 200


# --- Reading ------------------------------------------------------------------------------------------------
def test_opening_leads_there_and_marks_it_read(client, told, guardian, states):
    row = told(guardian, "Un", url="/actualites/12/")
    assert client.get(f"{LIST}{row.pk}/")["Location"] == "/actualites/12/"
    assert states(row.person) == [READ]


def test_a_browser_that_fetches_ahead_marks_nothing(client, told, guardian, states):
    row = told(guardian, "Un")
    client.get(f"{LIST}{row.pk}/", headers={"Sec-Purpose": "prefetch"})
    assert states(row.person) == [UNREAD]


@pytest.mark.parametrize("url", ["https://ailleurs.example/", "//ailleurs.example/", ""])
def test_opening_never_leads_elsewhere(client, told, guardian, url):
    assert client.get(f"{LIST}{told(guardian, 'Un', url=url).pk}/")["Location"] == LIST


def test_what_is_somebody_elses_does_not_open(client, told, place, states):
    row = told(make_person(place, "guardian"), "Un")
    assert client.get(f"{LIST}{row.pk}/").status_code == 404
    assert states(row.person) == [UNREAD]


def test_all_up_to_what_the_page_showed_is_marked_read(client, told, guardian, states):
    shown, later = told(guardian, "Un"), told(guardian, "Arrivée depuis")
    client.post(f"{LIST}lues/", {"upto": shown.pk})
    assert states(guardian) == [READ, UNREAD]
    assert later.pk > shown.pk


def test_marking_all_for_one_child_leaves_the_others(client, told, family, states):
    guardian, lea, tom = family
    told(guardian, "Un", lea), told(guardian, "Deux", tom)
    client.get(f"{LIST}?enfant={lea.pk}")
    client.post(f"{LIST}lues/", {"upto": 2**31})
    assert states(guardian) == [READ, UNREAD]


def test_marking_one(client, told, guardian, states):
    one, other = told(guardian, "Un"), told(guardian, "Deux")
    client.post(f"{LIST}lues/", {"row": one.pk})
    assert states(guardian) == [READ, UNREAD]
    assert other.pk


def test_nobody_marks_anothers(client, told, place, states):
    row = told(make_person(place, "guardian"), "Un")
    client.post(f"{LIST}lues/", {"row": row.pk})
    assert states(row.person) == [UNREAD]


def test_marking_is_undone(client, told, guardian, states):
    told(guardian, "Déjà", state=READ), told(guardian, "Un")
    page = client.post(f"{LIST}lues/", {"upto": 2**31}, follow=True)
    assert f'action="{LIST}non-lues/"' in page.content.decode()
    client.post(f"{LIST}non-lues/")
    assert states(guardian) == [READ, UNREAD]


def test_undoing_twice_changes_nothing_more(client, told, guardian, states):
    row = told(guardian, "Un")
    client.post(f"{LIST}lues/", {"row": row.pk})
    client.post(f"{LIST}non-lues/")
    client.get(f"{LIST}{row.pk}/")
    client.post(f"{LIST}non-lues/")
    assert states(guardian) == [READ]


def test_an_only_child_narrows_nothing(lycee_a, place, told):
    from tests.factories import make_guardian

    guardian, child = make_person(place, "guardian", account=True), make_person(place, "pupil")
    make_guardian(place, child, guardian)
    told(guardian, "Pour moi")
    assert "Pour moi" in text(signed_in_client(place, guardian).get(LIST))
