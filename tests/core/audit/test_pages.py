"""The journal's page and its export."""

import csv
import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from core.audit.models import AuditEntry
from core.ui.sheets import neutral
from tenants.schemas.context import school

PARIS = ZoneInfo("Europe/Paris")
JOURNAL = reverse("audit:journal", urlconf="config.urls_school")
EXPORT = reverse("audit:export", urlconf="config.urls_school")


@pytest.fixture
def manager(as_person, lycee_a):
    return as_person(lycee_a, "management", first_name="Maud", last_name="Vautrin")[0]


def add(establishment, **fields):
    values = {
        "actor_account_id": 1,
        "actor_name": "Iris Jacquot",
        "action": "files.store",
        "target_label": "note.pdf",
    }
    with school(establishment):
        return AuditEntry.objects.create(**(values | fields))


@pytest.mark.parametrize(
    ("role", "status"),
    [("management", 200), ("digital_referent", 200), ("teacher", 404), ("pupil", 404), ("guardian", 404)],
)
def test_journal_is_for_management_and_the_referent(as_person, lycee_a, role, status):
    assert as_person(lycee_a, role)[0].get(JOURNAL).status_code == status


def test_journal_shows_who_did_what_and_what_changed(manager, lycee_a):
    add(
        lycee_a,
        action="people.update",
        target_type="people.person",
        target_id="3",
        target_label="Joris Ferry",
        changes={"roles": [["pupil"], ["teacher"]]},
    )
    page = manager.get(JOURNAL).content.decode()
    for words in ("Iris Jacquot", "Joris Ferry", "Personne", "Élève", "Enseignant"):
        assert words in page


def test_journal_links_an_object_to_its_history(manager, lycee_a):
    add(lycee_a, target_type="files.storedfile", target_id="7")
    assert f'href="{JOURNAL}?cible=files.storedfile%3A7"' in manager.get(JOURNAL).content.decode()


def test_journal_escapes_what_people_wrote(manager, lycee_a):
    add(lycee_a, actor_name="<script>alert(1)</script>", changes={"<b>": ["<i>", "<u>"]})
    page = manager.get(JOURNAL).content.decode()
    assert "<script>alert" not in page
    assert "<i>" not in page


def test_journal_of_a_new_school_says_what_will_come(manager):
    assert "Rien pour l’instant" in manager.get(JOURNAL).content.decode()


def test_journal_is_the_school_own(manager, college_b):
    add(college_b, target_label="ailleurs.pdf")
    assert "ailleurs.pdf" not in manager.get(JOURNAL).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"qui": "iris"}, True),
        ({"qui": "basile"}, False),
        ({"action": "files."}, True),
        ({"action": "files.store"}, True),
        ({"action": "files.remove"}, False),
        ({"objet": "NOTE"}, True),
        ({"objet": "100%"}, False),
        ({"du": "2026-10-01", "au": "2026-10-01"}, True),
        ({"du": "2026-10-02"}, False),
        ({"au": "2026-09-30"}, False),
        ({"cible": "files.storedfile:7"}, True),
        ({"cible": "files.storedfile:8"}, False),
        ({"cible": "7"}, False),
    ],
)
def test_journal_filters_from_the_address(manager, lycee_a, query, found):
    late = datetime(2026, 10, 1, 23, 59, tzinfo=PARIS)
    add(lycee_a, at=late, target_type="files.storedfile", target_id="7", target_label="note-unique.pdf")
    assert ("note-unique.pdf" in manager.get(JOURNAL, query).content.decode()) is found


@pytest.mark.parametrize("query", [{"du": "hier"}, {"action": "x"}, {"du": "2026-02-02", "au": "2026-01-01"}])
def test_journal_says_which_filter_is_wrong(manager, lycee_a, query):
    response = manager.get(JOURNAL, query)
    assert response.status_code == 422
    assert "field-error" in response.content.decode()


@pytest.mark.parametrize(
    "cursor", ["x", "~", "2026-01-01~1", "2026-01-01T00:00:00+00:00~x", "9" * 400, "\x00"]
)
def test_journal_takes_a_nonsense_cursor_for_the_beginning(manager, lycee_a, cursor):
    add(lycee_a)
    assert "note.pdf" in manager.get(JOURNAL, {"suite": cursor}).content.decode()


def test_journal_takes_nul_for_nonsense(manager):
    assert manager.get(JOURNAL, {"qui": "a\x00b"}).status_code == 422


def test_journal_pages_reach_every_entry_once(manager, lycee_a):
    moment = timezone.now()
    made = {add(lycee_a, at=moment - timedelta(seconds=number // 3)).pk for number in range(120)}
    seen, cursor = [], ""
    while True:
        context = manager.get(JOURNAL, {"suite": cursor, "action": "files."}).context
        with school(lycee_a):
            seen += [entry["target"] or entry["at"] for entry in context["entries"]]
        cursor = context["following"]
        if not cursor:
            break
    assert len(seen) == len(made) == 120


def _queries(manager, django_assert_max_num_queries):
    with django_assert_max_num_queries(40) as captured:
        manager.get(JOURNAL)
    return len(captured)


def test_journal_asks_as_many_queries_for_three_as_for_one(manager, lycee_a, django_assert_max_num_queries):
    add(lycee_a)
    manager.get(JOURNAL)
    one = _queries(manager, django_assert_max_num_queries)
    add(lycee_a)
    add(lycee_a, changes={"name": ["a", "b"]})
    assert _queries(manager, django_assert_max_num_queries) == one


def rows(response):
    assert response.status_code == 200
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_export_gives_the_filtered_entries(manager, lycee_a):
    add(lycee_a, target_label="a.pdf")
    add(lycee_a, target_label="b.pdf", actor_name="Basile Ferry")
    found = rows(manager.post(EXPORT, {"qui": "basile"}))
    assert [row[5] for row in found] == ["Objet", "b.pdf"]


def test_export_is_in_the_journal(manager, lycee_a):
    rows(manager.post(EXPORT, {"qui": "basile"}))
    with school(lycee_a):
        entry = AuditEntry.objects.get(action="audit.export")
    assert (entry.actor_name, entry.changes) == ("Maud Vautrin", {"qui": [None, "basile"]})


def test_export_reaches_past_one_piece(manager, lycee_a):
    with school(lycee_a):
        AuditEntry.objects.bulk_create(
            [AuditEntry(actor_name="x", action="files.store") for _ in range(1100)]
        )
    assert len(rows(manager.post(EXPORT, {"action": "files."}))) == 1101


def test_export_neutralises_formulas(manager, lycee_a):
    add(
        lycee_a,
        target_label='=HYPERLINK("http://x";"y")',
        actor_name="@SUM(A1)",
        changes={"=a": ["-1", "+1"]},
    )
    cells = rows(manager.post(EXPORT, {"action": "files."}))[1]
    assert cells[5].startswith("'=HYPERLINK")
    assert cells[1] == "'@SUM(A1)"
    assert cells[6].startswith("'=a")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\u00a0=", "＝"])
def test_neutral_makes_text_of_formulas(start):
    assert neutral(f"{start}1+1").startswith("'")


@pytest.mark.parametrize("cell", ["note.pdf", "", "2026-10-01", "a=b"])
def test_neutral_leaves_the_rest(cell):
    assert neutral(cell) == cell


def test_export_asks_for_the_permission(as_person, lycee_a):
    assert as_person(lycee_a, "teacher")[0].post(EXPORT).status_code == 404


def test_export_is_never_a_link(manager):
    assert manager.get(EXPORT).status_code == 405
