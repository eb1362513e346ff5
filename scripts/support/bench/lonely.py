"""One school among all: archived, erased, restored; and what all of them weigh together."""

import uuid
from typing import Any

from scripts.support.bench.report import Figure
from scripts.support.bench.run import Bench
from scripts.support.terminal import say

PEOPLE = 1000
GOALS = {"archive": 5.0, "erase": 5.0, "restore": 10.0}
TITLES = {
    "archive": "archiver un établissement de 1 000 personnes",
    "erase": "l’effacer pour de bon",
    "restore": "le restaurer de son archive",
}


def one_school(bench: Bench) -> None:
    """The three commands, each in a fresh process, on a school that is filled first."""
    from tenants.establishments.models import Establishment, Lifecycle
    from tenants.establishments.services import change_lifecycle

    school = Establishment.objects.get(uai=bench.chance.choice(bench.uais))
    fill(school)
    bundle = bench.folder / "archive.tar"
    seconds: dict[str, float] = {}
    _, seconds["archive"] = bench.manage("archive_school", school.uai, "--output", str(bundle))
    change_lifecycle(school, to=Lifecycle.SUSPENDED, actor=None)
    _, seconds["erase"] = bench.manage("erase_school", school.uai, "--confirm", school.uai, "--now")
    _, seconds["restore"] = bench.manage("restore_school", str(bundle))
    _check(school)
    bench.report.raw["one_school"] = {"seconds": seconds, "bundle_bytes": bundle.stat().st_size}
    for name, title in TITLES.items():
        note = f"{bundle.stat().st_size / 1e6:.1f} Mo ; démarrage de Python compris." if name == "archive" else ""
        bench.report.add(Figure(name, title, seconds[name], "s", GOALS[name], ours=seconds[name], note=note))
        say(f"    {name} : {seconds[name]:.2f} s")


def fill(school: Any) -> None:
    """A thousand people with their accounts, classes, families, and what they have done."""
    from datetime import date

    from core.people.choices import Authority, Kinship, Role
    from core.people.models import GuardianLink, Person
    from core.structure.models import ClassMembership, SchoolClass, SchoolYear
    from tenants.accounts.models import Account, Membership
    from tenants.schemas.context import region
    from tenants.schemas.context import school as inside

    with region():
        accounts = Account.objects.bulk_create(
            [Account(login=f"bench.{school.uai.lower()}.{number}", password="!") for number in range(PEOPLE)]
        )
    kinds = [Role.PUPIL] * 5 + [Role.GUARDIAN] * 4 + [Role.TEACHER]
    with inside(school):
        people = Person.objects.bulk_create(
            [
                Person(
                    first_name=f"Prénom {number}", last_name=f"Nom {number:04}", roles=[str(kinds[number % 10])],
                    account_id=accounts[number].pk, search_text=f"nom {number:04} prenom", arrived_on=date(2026, 9, 1),
                    external_ids={"siecle": uuid.uuid4().hex},
                )
                for number in range(PEOPLE)
            ]
        )  # fmt: skip
        year = SchoolYear.objects.create(
            label="2026-2027", starts_on=date(2026, 9, 1), ends_on=date(2027, 7, 3), is_current=True
        )
        classes = SchoolClass.objects.bulk_create(
            [SchoolClass(year=year, name=f"Classe {number}") for number in range(20)]
        )
        pupils = [person for person in people if Role.PUPIL in person.roles]
        guardians = [person for person in people if Role.GUARDIAN in person.roles]
        ClassMembership.objects.bulk_create(
            [
                ClassMembership(school_class=classes[number % 20], person=pupil, starts_on=date(2026, 9, 1))
                for number, pupil in enumerate(pupils)
            ]
        )
        GuardianLink.objects.bulk_create(
            [
                GuardianLink(child=pupil, guardian=guardians[number % len(guardians)], kinship=Kinship.MOTHER,
                             authority=Authority.LEGAL)
                for number, pupil in enumerate(pupils)
            ]
        )  # fmt: skip
    with region():
        Membership.objects.bulk_create(
            [
                Membership(account=account, uai=school.uai, schema_name=school.schema_name, person_id=person.pk)
                for account, person in zip(accounts, people, strict=True)
            ]
        )


def _check(school: Any) -> None:
    from core.people.models import Person
    from tenants.schemas.context import school as inside

    with inside(school.uai):
        if (found := Person.objects.count()) != PEOPLE:
            raise RuntimeError(f"{found} personnes après la restauration")


# --- all of them --------------------------------------------------------------------------------------------
def weight(bench: Bench) -> None:
    """What the schools take on disk and in the catalogs."""
    with bench.cluster.admin() as admin:
        admin.execute("CHECKPOINT")
    sizes = bench.cluster.sizes()
    bench.report.raw["sizes"] = sizes
    count = len(bench.uais)
    notes = {
        "catalogs": f"{sizes['catalogs'] / count / 1000:.0f} ko par établissement (échantillons de stock compris).",
        "database": f"{sizes['database'] / count / 1000:.0f} ko par établissement vide.",
        "files": f"{sizes['files'] / count:.0f} par établissement, {sizes['relations']} relations.",
    }
    for key, title, value, unit in (
        ("catalogs", "catalogues", sizes["catalogs"] / 1e6, "Mo"),
        ("database", "base entière", sizes["database"] / 1e6, "Mo"),
        ("files", "fichiers sur le disque", sizes["files"], ""),
    ):
        bench.report.add(Figure(key, title, value, unit, note=notes[key]))


def crash(bench: Bench) -> None:
    """How long PostgreSQL takes to answer after a kill of all its processes, with all schools present."""
    from django.db import connections

    from tenants.schemas.upgrades import services

    with bench.cluster.admin() as admin:
        admin.execute("CREATE TABLE bench_work AS SELECT generate_series(1, 500000) AS n")
        connections.close_all()
        bench.cluster.kill()
    seconds = bench.cluster.start()
    if services.pending():
        raise RuntimeError("des établissements ne sont plus à jour après l’arrêt brutal")
    with bench.cluster.admin() as admin:
        admin.execute("DROP TABLE bench_work")
    bench.report.raw["crash_restart_s"] = seconds
    bench.report.add(Figure("crash", "redémarrage de PostgreSQL après kill -9, tous présents", seconds, "s"))
