"""`import_people`, for one school and for the region."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.imports.models import Run
from core.people.models import Person
from core.structure.models import ClassMembership
from tenants.imports import services
from tenants.imports.models import RegionalImport, SchoolImport
from tenants.schemas.context import region, school
from tests.core.imports.exports import write

REAL = Path(__file__).parents[4] / "shared" / "data" / "aaf-2d"
ABSENT = "0671299Z"


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "imports": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "imports"},
        },
    }


def told(*arguments, **options):
    out = StringIO()
    call_command("import_people", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def counted(establishment, **fields):
    with school(establishment):
        return Person.objects.filter(**fields).count()


def test_json_has_every_number_of_every_kind(college_b, tmp_path):
    source = write(tmp_path / "aaf", college_b.uai)
    report = json.loads(told(source, "--format", "aaf", "--school", college_b.uai, "--json"))
    mine = report["schools"][college_b.uai]
    assert mine["state"] == "applied"
    assert set(mine["kinds"]["pupil"]) == {
        "read", "created", "updated", "unchanged", "suspended", "returned", "held", "refused", "reasons",
    }  # fmt: skip
    assert mine["kinds"]["pupil"]["created"] == counted(college_b, roles=["pupil"])


def test_table_is_in_french(college_b, tmp_path):
    out = told(write(tmp_path / "aaf", college_b.uai), "--format", "aaf", "--school", college_b.uai)
    assert "Élèves" in out
    assert "créés" in out


def test_dry_run_changes_nothing(college_b, tmp_path):
    told(write(tmp_path / "aaf", college_b.uai), "--format", "aaf", "--school", college_b.uai, "--dry-run")
    assert counted(college_b) == 0


def test_file_of_another_school_is_refused(college_b, lycee_a, tmp_path):
    with pytest.raises(CommandError, match=lycee_a.uai) as caught:
        told(write(tmp_path / "aaf", lycee_a.uai), "--format", "aaf", "--school", college_b.uai)
    assert caught.value.returncode == 1


def test_structure_leads_where_it_is_said(college_b, tmp_path):
    source = write(tmp_path / "aaf", ABSENT)
    told(source, "--format", "aaf", "--school", college_b.uai, "--structure", f"9001={college_b.uai}")
    assert counted(college_b, roles=["pupil"]) > 0


def test_too_much_gone_is_refused_until_it_is_confirmed(college_b, tmp_path):
    told(write(tmp_path / "one", college_b.uai), "--school", college_b.uai)
    fewer = write(tmp_path / "two", college_b.uai, people=20)
    with pytest.raises(SystemExit) as caught:
        told(fewer, "--school", college_b.uai)
    assert caught.value.code == 3
    told(fewer, "--school", college_b.uai, "--confirm")
    assert counted(college_b, left_on__isnull=False) > 0


def test_region_gives_each_school_its_own(college_b, lycee_a, tmp_path):
    source = write(tmp_path / "aaf", college_b.uai, lycee_a.uai, ABSENT, people=120)
    report = json.loads(told(source, "--format", "aaf", "--region", "--json"))
    assert {uai: one["state"] for uai, one in report["schools"].items()} == {
        college_b.uai: "applied", lycee_a.uai: "applied",
    }  # fmt: skip
    assert [(one["state"], one["structures"]) for one in report["elsewhere"]] == [("unknown", ["aaf.15:9003"])]
    for one in (college_b, lycee_a):
        kinds = report["schools"][one.uai]["kinds"]
        assert kinds["guardian"]["created"] == counted(one, roles=["guardian"])


def test_region_again_is_known_by_its_digest(college_b, lycee_a, tmp_path):
    source = write(tmp_path / "aaf", college_b.uai, lycee_a.uai, people=80)
    told(source, "--format", "aaf", "--region")
    report = json.loads(told(source, "--format", "aaf", "--region", "--json"))
    assert {one["state"] for one in report["schools"].values()} == {"unchanged"}


def test_school_of_which_nothing_new_is_said_is_not_compared(college_b, lycee_a, tmp_path, monkeypatch):
    from core.imports.engine import staging

    source = write(tmp_path / "aaf", college_b.uai, lycee_a.uai, people=80)
    told(source, "--format", "aaf", "--region")
    with school(lycee_a):
        Run.objects.update(report={})
    loaded = []
    load = staging.load
    monkeypatch.setattr(staging, "load", lambda folder, uai: loaded.append(uai) or load(folder, uai))
    with region():
        RegionalImport.objects.update(digest="")
    report = json.loads(told(source, "--format", "aaf", "--region", "--json"))
    assert {one["state"] for one in report["schools"].values()} == {"unchanged"}
    assert loaded == [lycee_a.uai]


def test_killed_region_goes_on_with_those_that_wait(college_b, lycee_a, tmp_path, monkeypatch):
    from core.imports import regional

    source = write(tmp_path / "aaf", college_b.uai, lycee_a.uai, people=80)
    noted = services.note_school

    def dies(row, uai, told, **more):
        noted(row, uai, told)
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "note_school", dies)
    with pytest.raises(KeyboardInterrupt):
        told(source, "--format", "aaf", "--region")
    monkeypatch.setattr(services, "note_school", noted)
    with region():
        assert set(SchoolImport.objects.values_list("state", flat=True)) == {"applied", "waiting"}
    sorted_again = []
    sort = regional.reading.sort
    monkeypatch.setattr(regional.reading, "sort", lambda *a, **k: sorted_again.append(1) or sort(*a, **k))
    told(source, "--format", "aaf", "--region")
    assert not sorted_again
    with region():
        assert set(SchoolImport.objects.values_list("state", flat=True)) == {"applied"}
        assert RegionalImport.objects.count() == 1


def test_school_that_fails_does_not_stop_the_others(college_b, lycee_a, tmp_path, monkeypatch):
    from core.imports.engine import applying

    write_rows = applying.apply

    def fails(run, scope, actor, name):
        if Person.objects.model._meta and regional_uai() == college_b.uai:
            raise ValueError
        write_rows(run, scope, actor, name)

    def regional_uai():
        from tenants.schemas.context import current_uai

        return current_uai()

    monkeypatch.setattr(applying, "apply", fails)
    with pytest.raises(SystemExit) as caught:
        told(write(tmp_path / "aaf", college_b.uai, lycee_a.uai, people=80), "--format", "aaf", "--region")
    assert caught.value.code == 4
    assert counted(college_b) == 0
    assert counted(lycee_a) > 0


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared export is not here")
class TestRealExport:
    @pytest.fixture
    def report(self, college_b, lycee_a):
        routes = ["--structure", f"52003={college_b.uai}", "--structure", f"52008={lycee_a.uai}"]
        return lambda: json.loads(told(REAL, "--format", "aaf", "--region", "--json", *routes))

    def test_everybody_is_there(self, report, college_b, lycee_a):
        schools = report()["schools"].values()
        read = {kind: sum(one["kinds"][kind]["created"] for one in schools) for kind in ("pupil", "staff", "relation")}
        assert read == {"pupil": 128, "staff": 125, "relation": 204}
        # Two relatives have a child in each.
        assert sum(one["kinds"]["guardian"]["created"] for one in schools) == 204

    def test_every_pupil_is_in_one_class(self, report, college_b, lycee_a):
        from core.structure.models import ClassMembership

        report()
        for one in (college_b, lycee_a):
            with school(one):
                held = ClassMembership.objects.filter(kind="pupil", ends_on=None).values_list("person", flat=True)
                assert len(held) == len(set(held)) == Person.objects.filter(roles=["pupil"]).count()

    def test_again_nothing_changes(self, report, college_b, lycee_a):
        report()
        with region():
            RegionalImport.objects.update(digest="")  # read it again, do not trust the digests
        for one in (college_b, lycee_a):
            with school(one):
                Run.objects.update(report={})
        again = report()
        assert {one["state"] for one in again["schools"].values()} == {"unchanged"}

    def test_what_leads_nowhere_is_explained(self, report):
        remarks = report()["remarks"]
        assert remarks["dangling:unknown-structure"] > 100


DELTA = """<?xml version="1.0" encoding="UTF-8"?>
<ficAlimMENESR><deleteRequest><operationalAttributes><attr name="categoriePersonne"><value>Eleve</value></attr>
</operationalAttributes><identifier><id>{id}</id></identifier></deleteRequest></ficAlimMENESR>
"""


MOVE = """<?xml version="1.0" encoding="UTF-8"?>
<ficAlimMENESR><modifyRequest><operationalAttributes><attr name="categoriePersonne"><value>Eleve</value></attr>
</operationalAttributes><identifier><id>{id}</id></identifier><modifications>
<modification name="givenName" operation="replace"><value>Zoé</value></modification>
<modification name="ENTEleveClasses" operation="replace"><value>{structure}$NOUVELLE</value></modification>
</modifications></modifyRequest></ficAlimMENESR>
"""


def moved(folder, number, structure):
    """A delta of pupils alone: nothing in it says which académie or school it is of."""
    folder.mkdir()
    (folder / "ENT2D_Delta_20261002_Eleve_0000.xml").write_text(MOVE.format(id=number, structure=structure))
    return folder


def some_pupil(establishment):
    with school(establishment):
        pupil = Person.objects.filter(roles=["pupil"]).first()
        return pupil, pupil.external_ids["aaf.15"]


def class_of(establishment, pupil):
    with school(establishment):
        pupil.refresh_from_db()
        now = ClassMembership.objects.filter(person=pupil, ends_on=None)
        return pupil.first_name, [one.school_class.name for one in now.select_related("school_class")]


def test_delta_of_pupils_alone_finds_its_school_in_the_region(college_b, lycee_a, tmp_path):
    told(write(tmp_path / "aaf", college_b.uai, lycee_a.uai), "--format", "aaf", "--region")
    pupil, number = some_pupil(lycee_a)
    told(moved(tmp_path / "delta", number, 9002), "--region")
    assert class_of(lycee_a, pupil) == ("Zoé", ["NOUVELLE"])


def test_delta_of_pupils_alone_is_known_to_be_the_schools(college_b, tmp_path):
    told(write(tmp_path / "aaf", college_b.uai), "--format", "aaf", "--school", college_b.uai)
    pupil, number = some_pupil(college_b)
    told(moved(tmp_path / "delta", number, 9001), "--school", college_b.uai)
    assert class_of(college_b, pupil) == ("Zoé", ["NOUVELLE"])


def test_pupils_alone_of_a_structure_that_nobody_knows_are_the_schools_that_was_said(college_b, tmp_path):
    source = write(tmp_path / "aaf", college_b.uai)
    for one in source.glob("*EtabEducNat*"):
        one.unlink()
    report = json.loads(told(source, "--school", college_b.uai, "--json"))
    assert report["schools"][college_b.uai]["kinds"]["pupil"]["created"] > 0


def test_region_again_is_known_where_nobody_named_the_format(college_b, tmp_path):
    source = write(tmp_path / "aaf", college_b.uai)
    told(source, "--region")
    report = json.loads(told(source, "--region", "--json"))
    assert report["schools"][college_b.uai]["state"] == "unchanged"


def test_delta_of_people_whom_nobody_knows_asks_for_the_academie(college_b, tmp_path):
    with pytest.raises(CommandError, match="académie"):
        told(moved(tmp_path / "delta", 123, 9001), "--region")


@pytest.mark.parametrize("where", [["--region"], ["--school", "0579982R"]])
def test_refused_records_are_told_one_by_one(college_b, tmp_path, where):
    source = write(tmp_path / "aaf", college_b.uai)
    pupils = next(source.glob("*_Eleve_*"))
    text = pupils.read_text()
    number = text.partition("<identifier><id>")[2].partition("<")[0]
    pupils.write_text(text.replace(f"<identifier><id>{number}<", "<identifier><id><", 1))
    report = json.loads(told(source, "--format", "aaf", *where, "--json"))
    assert [one["code"] for one in report["refusals"]] == ["no-id"]
    assert report["refusals"][0]["line"] > 0


def test_removal_of_a_delta_finds_the_school_that_knows_the_person(college_b, lycee_a, tmp_path):
    told(write(tmp_path / "aaf", college_b.uai, lycee_a.uai, people=80), "--format", "aaf", "--region")
    with school(lycee_a):
        pupil = Person.objects.filter(roles=["pupil"]).first()
        number = pupil.external_ids["aaf.15"]
    delta = tmp_path / "delta"
    delta.mkdir()
    (delta / "ENT2D_Delta_20261002_Eleve_0000.xml").write_text(DELTA.format(id=number))
    structures = next((tmp_path / "aaf").glob("*EtabEducNat*")).read_text()
    (delta / "ENT2D_Delta_20261002_EtabEducNat_0000.xml").write_text(structures)
    report = json.loads(told(delta, "--format", "aaf", "--region", "--json"))
    assert report["schools"][lycee_a.uai]["kinds"]["pupil"]["suspended"] == 1
    assert counted(lycee_a, pk=pupil.pk, left_on__isnull=False) == 1
    with region():
        row = SchoolImport.objects.get(uai=lycee_a.uai, regional__complete=False)
    with school(lycee_a):
        assert Run.objects.get(pk=row.run).regional == row.regional_id
