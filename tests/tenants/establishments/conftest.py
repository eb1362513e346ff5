"""Small directories, as files."""

import io
from collections.abc import Callable, Iterator

import pytest

from tenants.establishments import uai as uai_rules

HEADER = (
    "uai;nom_de_l_etablissement;type_etablissement;type_de_lycee;secteur;code_insee_de_la_commune;"
    "nom_de_la_commune;code_du_departement;departement;academie;effectifs"
)


def valid_uai(number: int, departement: str = "067") -> str:
    """The UAI of an invented school."""
    digits = f"{departement}{number:04d}"
    return digits + uai_rules.check_letter(digits)


def line(number: int = 9001, **cells: str) -> str:
    """One line of the shared file's columns, about an invented school."""
    values = {
        "uai": valid_uai(number), "name": "COLLEGE JEAN MACE", "type": "Collège", "lycee_type": "",
        "sector": "public", "commune_code": "67482", "commune": "SAINTE TUILE", "departement_code": "067",
        "departement": "BAS-RHIN", "academie": "STRASBOURG", "headcount": "393",
    }  # fmt: skip
    return ";".join((values | cells).values())


def table(*lines: str, header: str = HEADER) -> str:
    return "\r\n".join([header, *lines, ""])


def as_file(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


@pytest.fixture
def data_dir(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def eager() -> Iterator[None]:
    """Tasks run where they are sent, when the transaction ends."""
    from config.celery import app

    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = app.conf.task_eager_propagates = False


@pytest.fixture
def load() -> Callable[..., object]:
    from tenants.establishments import directory

    def _load(*lines: str):
        plan = directory.plan(as_file(table(*lines)))
        directory.apply(plan, actor=None)
        return plan

    return _load
