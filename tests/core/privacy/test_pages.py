"""The register, the durations, and what each person reads of both."""

import csv
import io

import pytest

from core.modules.models import ChangeSet, ModuleChoice
from core.modules.state import Modules
from core.privacy import register
from core.privacy.exporting.telling import said, told
from core.privacy.models import RetentionNotice
from core.privacy.terms import terms
from tenants.schemas.context import school
from tests.contract.helpers import text_of

pytestmark = pytest.mark.django_db


def durations(world):
    with school(world.school):
        return {
            term.model.lower().replace(".", "-"): term.months
            for term in terms(Modules(world.school))
            if not term.rule.follows
        }


def test_durations_are_settings_of_the_school(world, enter):
    client, fields = enter(world.head), durations(world)
    assert client.post("/donnees/conservation/", fields | {"news-article": 36}).status_code == 302
    with school(world.school):
        assert ModuleChoice.objects.get(slug="news").settings["keep_article"] == 36
        assert ChangeSet.objects.count() == 1
    assert durations(world)["news-article"] == 36


@pytest.mark.parametrize("months", [0, 4, 500, "", "x"])
def test_the_law_bounds_them(world, enter, months):
    client, fields = enter(world.head), durations(world)
    assert client.post("/donnees/conservation/", fields | {"people-person": months}).status_code == 422
    assert durations(world) == fields


def test_the_same_months_change_nothing(world, enter):
    assert enter(world.head).post("/donnees/conservation/", durations(world)).status_code == 302
    with school(world.school):
        assert not ChangeSet.objects.exists()


def test_every_duration_is_on_the_page(world, enter):
    page = enter(world.referent).get("/donnees/conservation/").content.decode()
    for name in durations(world):
        assert f'name="{name}"' in page


def test_a_notice_is_held_and_let_go_on_the_page(world, enter):
    with school(world.school):
        notice = RetentionNotice.objects.create(
            model="news.Reading", months=12, limit="2025-11-01T00:00Z", rows=12, due_on="2026-12-01"
        )
    client, path = enter(world.head), f"/donnees/conservation/{notice.pk}/retenir/"
    assert "Actualités\u00a0: lecture" in client.get("/donnees/conservation/").content.decode()
    assert "12\u00a0lignes" in client.get("/donnees/conservation/").content.decode()
    assert client.post(path, {"because": ""}).status_code == 422
    assert client.post(path, {"because": "Recours"}).status_code == 302
    assert "Recours" in client.get("/donnees/conservation/").content.decode()
    assert client.post(f"/donnees/conservation/{notice.pk}/laisser/").status_code == 302
    with school(world.school):
        notice.refresh_from_db()
    assert not notice.is_held


def test_the_register_tells_of_everything_that_holds_personal_data(world, enter):
    page = " ".join(text_of(enter(world.head).get("/donnees/registre/").content.decode()).split())
    with school(world.school):
        for line in register.lines(Modules(world.school)):
            assert line.name in page
    assert "Le chef d’établissement" in page


def test_the_register_opens_in_a_spreadsheet(world, enter):
    response = enter(world.head).get("/donnees/registre.csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][0] == "Traitement"
    assert len({len(row) for row in rows}) == 1
    assert any(row[0] == "Actualités" for row in rows)


def test_a_module_that_is_off_stays_in_the_register_with_its_data(world):
    with school(world.school):
        ModuleChoice.objects.filter(slug="news").update(enabled=False)
        line = next(line for line in register.lines(Modules(world.school)) if line.slug == "news")
    assert not line.is_on


def test_everyone_reads_what_is_kept_about_them(world, enter):
    page = " ".join(text_of(enter(world.pupil).get("/donnees/").content.decode()).split())
    assert "Informer l’établissement" in page
    assert "12 mois après la lecture" in page


def test_a_guardian_sees_a_page_for_each_child_and_no_other(world, enter):
    client = enter(world.mother)
    assert world.pupil.first_name in client.get("/donnees/").content.decode()
    assert client.get(f"/donnees/?personne={world.pupil.pk}").status_code == 200
    for nonsense in (world.stranger.pk, "0", "x", "²", "-1", "9" * 40):
        assert client.get(f"/donnees/?personne={nonsense}").status_code == 404


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "oui"),
        (None, "—"),
        ("2026-05-01", "vendredi 1er\u00a0mai\u00a02026"),
        ("2026-05-01T10:30:00+02:00", "vendredi 1er\u00a0mai\u00a02026 à 10:30"),
        ("20:00:00", "20:00"),
        ("2026-13-45", "2026-13-45"),
        (12, "12"),
        ("Bonjour", "Bonjour"),
    ],
)
def test_values_are_said_in_words(value, words):
    assert said(value) == words


def test_flat_records_become_a_table_and_others_follow_one_another():
    flat = told([{"a": 1, "b": None}, {"a": 2}], {"a": "Ah"})
    assert (flat.kind, flat.columns, flat.rows) == ("table", ["Ah"], [["1"], ["2"]])
    assert told([{"a": [1]}], {}).kind == "parts"
    assert told(["x", "y"], {}).text == "x, y"
    assert told(["x" * 50, "y" * 50], {}).kind == "list"
