import json

import pytest
from django.core.management import CommandError, call_command

from tenants.establishments.models import Establishment
from tests.tenants.establishments.conftest import line, table, valid_uai

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def _write(*lines: str):
        path = tmp_path / "annuaire.csv"
        path.write_text(table(*lines), encoding="utf-8")
        return path

    return _write


def run(capsys, *arguments) -> str:
    call_command("import_establishments", *map(str, arguments))
    return capsys.readouterr().out


def test_json_counts_what_was_done(write, capsys):
    told = json.loads(run(capsys, write(line(), line(9002, sector="x")), "--json"))
    assert (told["created"], told["updated"], told["unchanged"], told["refused"]) == (1, 0, 0, 1)


def test_json_gives_the_refused_line_and_its_reason(write, capsys):
    told = json.loads(run(capsys, write(line(9002, sector="x")), "--json"))
    assert told["details"]["refused"][0]["line"] == 2


def test_a_dry_run_writes_nothing(write, capsys):
    assert "seraient" in run(capsys, write(line()), "--dry-run")
    assert not Establishment.objects.filter(uai=valid_uai(9001)).exists()


def test_refused_lines_are_written_in_the_current_folder(write, tmp_path, capsys):
    run(capsys, write(line(9002, sector="x")))
    assert len(list(tmp_path.glob("refus-*.csv"))) == 1


def test_refused_lines_are_written_where_asked(write, tmp_path, capsys):
    run(capsys, write(line(9002, sector="x")), "--refused", tmp_path / "r.csv")
    assert "motif" in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")


def test_no_file_is_written_when_nothing_is_refused(write, tmp_path, capsys):
    run(capsys, write(line()))
    assert [path.name for path in tmp_path.iterdir()] == ["annuaire.csv"]


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"a;b"])
def test_an_unreadable_file_ends_with_2(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as error:
        call_command("import_establishments", str(path))
    assert error.value.returncode == 2


def test_an_absent_file_ends_with_2(tmp_path):
    with pytest.raises(CommandError) as error:
        call_command("import_establishments", str(tmp_path / "absent.csv"))
    assert error.value.returncode == 2
