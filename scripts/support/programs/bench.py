"""scripts/bench: what the schema engine costs, whether it survives being killed, how long it takes to find."""

import argparse
from pathlib import Path

from scripts.support import paths, venv


def main(arguments: list[str]) -> int:
    """Returns 1 when a measure could not be made, or when a school was found divergent."""
    options = _options(arguments)
    venv.enter("run", ["bench", *arguments])
    # Django must not be imported before the cluster's addresses are known.
    if options.program == "schools":
        from scripts.support.bench import schools

        if options.table:
            return schools.show(options.table)
        return schools.main(options, paths.data_dir())
    if options.program == "notifications":
        from scripts.support.bench import telling

        return telling.main(options, paths.data_dir())
    if options.program == "search":
        from scripts.support.bench import search

        return search.main(options, paths.data_dir())
    if options.program == "messaging":
        from scripts.support.bench import mailing

        return mailing.main(options, paths.data_dir())
    if options.program == "people":
        from scripts.support.bench import people

        return people.main(options, paths.data_dir())
    from scripts.support.bench import faults

    return faults.main(options, paths.data_dir())


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Mesure le moteur des schémas sur une base à lui, avec la durabilité ordinaire de PostgreSQL.",
    )
    programs = parser.add_subparsers(dest="program", required=True)
    schools = programs.add_parser("schools", help="stock, Préau et psql côte à côte, dans une même base")
    schools.add_argument("--quick", action="store_true", help="60 établissements, quelques minutes")
    schools.add_argument("--directory", type=Path, help="l’annuaire à charger (sans lui, --quick en invente un)")
    schools.add_argument("--limit", type=int, default=0, help="seulement les premiers établissements")
    schools.add_argument("--output", type=Path, help="le fichier JSON à écrire")
    schools.add_argument("--only", default="", help="seulement ces parties, séparées par des virgules")
    schools.add_argument("--keep", action="store_true", help="garde la base à la fin")
    schools.add_argument("--table", type=Path, help="montre le tableau d’un fichier JSON, sans rien mesurer")
    faults = programs.add_parser("faults", help="tue des processus au hasard, et compare chaque établissement")
    faults.add_argument("--rounds", type=int, default=20, help="nombre de coups (20 par défaut)")
    faults.add_argument("--seed", type=int, help="pour refaire les mêmes coups")
    faults.add_argument("--schools", type=int, default=24, help="nombre d’établissements (24 par défaut)")
    faults.add_argument("--keep", action="store_true", help="garde la base à la fin")
    search = programs.add_parser("search", help="le temps de chercher, dans un lycée de 2 000 élèves")
    search.add_argument("--items", type=int, default=100_000, help="nombre de contenus (100 000 par défaut)")
    search.add_argument("--output", type=Path, help="le fichier JSON à écrire")
    search.add_argument("--keep", action="store_true", help="garde la base à la fin")
    people = programs.add_parser("people", help="importer 100 000 personnes dans 100 établissements")
    people.add_argument("--people", type=int, default=100_000, help="nombre de personnes (100 000 par défaut)")
    people.add_argument("--schools", type=int, default=100, help="nombre d’établissements (100 par défaut)")
    people.add_argument("--real", type=Path, help="un dossier AAF réel de deux structures (52003 et 52008)")
    people.add_argument("--million", type=int, default=0, metavar="N", help="lit aussi N personnes, sans les appliquer")
    people.add_argument("--output", type=Path, help="le fichier JSON à écrire")
    people.add_argument("--keep", action="store_true", help="garde la base à la fin")
    telling = programs.add_parser("notifications", help="prévenir tout un lycée, et ne rien perdre sous les coups")
    telling.add_argument("--part", choices=("spread", "alert", "kills", "all"), default="all", help="une seule partie")
    telling.add_argument("--kills", type=int, default=50, help="nombre de coups (50 par défaut)")
    telling.add_argument("--count", type=int, default=10_000, help="nombre de notifications (10 000 par défaut)")
    telling.add_argument("--seed", type=int, help="pour refaire les mêmes coups")
    telling.add_argument("--keep", action="store_true", help="garde la base à la fin")
    mailing = programs.add_parser("messaging", help="écrire à tout un lycée, et ouvrir une boîte de 50 000 messages")
    mailing.add_argument("--guardians", type=int, default=300, help="qui lisent à la fois (300 par défaut)")
    parts = ("sending", "boxes", "guardians", "all")
    mailing.add_argument("--part", choices=parts, default="all", help="une seule des trois parties")
    mailing.add_argument("--output", type=Path, help="le fichier JSON à écrire")
    mailing.add_argument("--keep", action="store_true", help="garde la base à la fin")
    return parser.parse_args(arguments)
