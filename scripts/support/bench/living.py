"""What schools cost while they live: entering one, its roles, memory, a module more, a school from the console."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scripts.support import paths
from scripts.support.bench import entering, floor, roles, visitor
from scripts.support.bench.report import Figure, median
from scripts.support.bench.run import Bench
from scripts.support.terminal import say

MODULE = "news"
MEMORY_GOAL_MB = 150
# How long the page of the steps waits before it asks again, in milliseconds
_POLL = re.compile(rb'hx-trigger="load delay:([0-9]+)ms"')


def requests(bench: Bench) -> None:
    """A view of five queries: without tenancy, stock, ours."""
    found = entering.measure(bench.cluster.postgres.url(), rounds=12 if bench.quick else 40)
    bench.report.raw["entering"] = found
    over = found["over_plain_ms"]
    medians = found["median_ms"]
    bench.report.add(
        Figure("entering", "entrer dans un établissement, en plus d’une vue de cinq requêtes", over["ours"], "ms", 0.6,
               ours=over["ours"], stock=over["stock"], note=f"sans établissements : {medians['plain']:.2f} ms la vue.")
    )  # fmt: skip


def many_roles(bench: Bench) -> None:
    """What as many roles as schools cost a connection."""
    found = roles.measure(
        bench.cluster.postgres.url(), rounds=15 if bench.quick else 30, many=600 if bench.quick else roles.MANY
    )
    bench.report.raw["roles"] = found
    few, many = found["few"], found["many"]
    title = f"{found['roles']['many']} rôles : ce que coûte la première entrée d’une connexion"
    added = sum(many[step] - few[step] for step in ("connect", "first_set_role"))
    bench.report.add(
        Figure("roles", title, added, "ms", ours=many["first_set_role"],
               note=f"connexion {few['connect']:.1f} → {many['connect']:.1f} ms, premier SET ROLE"
                    f" {few['first_set_role']:.1f} → {many['first_set_role']:.1f} ms, suivants"
                    f" {many['next_set_role']:.2f} ms.")
    )  # fmt: skip


def memory(bench: Bench) -> None:
    """The curve of a server process, with and without an end to its connections."""
    with bench.cluster.admin() as admin:  # for systems that do not tell it themselves
        admin.execute("GRANT SELECT ON pg_backend_memory_contexts TO preau")
        admin.execute("GRANT EXECUTE ON FUNCTION pg_get_backend_memory_contexts() TO preau")
    visits = 120 if bench.quick else 1500
    raw: dict[str, Any] = {}
    bench.report.raw["memory"] = raw
    for name, recycled, everything in (
        ("recycled", True, False), ("kept", False, False), ("recycled_all", True, True), ("kept_all", False, True),
    ):  # fmt: skip
        raw[name] = visitor.memory(bench.environment(), visits=visits, recycled=recycled, everything=everything)
        say(f"    {name} : {_peak(raw[name]):.0f} Mo")
    bench.report.add(
        Figure("memory", f"mémoire d’un processus serveur, {visits} visites au hasard", _peak(raw["recycled"]), "Mo",
               MEMORY_GOAL_MB, note=f"sans renouveler : {_peak(raw['kept']):.0f} Mo, et croissant.")
    )  # fmt: skip
    bench.report.add(
        Figure("memory_all", "   la même, si chaque visite touche toutes les tables", _peak(raw["recycled_all"]), "Mo",
               note=f"sans renouveler : {_peak(raw['kept_all']):.0f} Mo, et croissant.")
    )  # fmt: skip


def _peak(curve: list[dict[str, Any]]) -> float:
    return max(point["bytes"] for point in curve) / 1e6


# --- a module -----------------------------------------------------------------------------------------------
def module(bench: Bench) -> None:
    """A module's tables made in one school at a time, and the same statements by psql."""
    from tenants.establishments.models import Establishment
    from tenants.schemas import engine

    rounds, size = (2, 6) if bench.quick else (4, 12)
    chosen = list(Establishment.objects.filter(uai__in=bench.chance.sample(bench.uais, size)))
    ours: list[float] = []
    floors: list[float] = []
    for _ in range(rounds):
        for school in chosen:
            engine.purge(school, MODULE)
        seconds = floor.replay(bench.cluster, _files(bench, chosen), connections=1)
        empty = floor.replay(bench.cluster, [floor.write(bench.folder / "floor", "empty", ["SELECT 1"])], connections=1)
        floors.append((seconds - empty) / len(chosen))
        for school in chosen:
            engine.purge(school, MODULE)
            begun = time.perf_counter()
            with engine.exclusive(school):
                engine.install(school, [MODULE])
            ours.append(time.perf_counter() - begun)
    mine, low = 1000 * median(ours), 1000 * median(floors)
    bench.report.raw["module"] = {"ours_s": ours, "floor_s": floors}
    bench.report.add(
        Figure(
            "module", "activer un module dans un établissement, face à psql", mine / low, "x", 2.0, ours=mine, floor=low
        )
    )


def _files(bench: Bench, schools: list[Any]) -> list[Any]:
    from tenants.schemas import ledger
    from tenants.schemas.blueprint import store
    from tenants.schemas.graph import core_labels
    from tenants.schemas.kit import record_of
    from tenants.schemas.replay import transaction_in

    new = [d for d in store.for_labels([*core_labels(), MODULE]) if d.label == MODULE]
    made = [statement for d in new for statement in d.statements()]
    return [
        floor.write(
            bench.folder / "floor", school.schema_name,
            ["BEGIN", *transaction_in(school.schema_name, [*made, *record_of(new)],
                                      after=ledger.put(school.uai, {d.label: d.version for d in new})), "COMMIT"],
        )
        for school in schools
    ]  # fmt: skip


# --- the console --------------------------------------------------------------------------------------------
def console(bench: Bench) -> None:
    """From the click that prepares a school to its first page, with a worker at work and a spare ready."""
    from tenants.schemas import spares

    times, cold = [], []
    client = _administrator()
    (bench.cluster.data / "static").mkdir(exist_ok=True)
    with _worker(bench):
        schools = _unprepared(6)
        for number, school in enumerate(schools):
            with_spare = number < len(schools) - 2
            if with_spare:
                spares.refill()
            seconds = _prepared(client, school)
            if number:  # the first one warms the worker
                (times if with_spare else cold).append(seconds)
    bench.report.raw["console"] = {"with_spare_s": times, "without_s": cold}
    bench.report.add(
        Figure("console", "un établissement depuis la console, du clic à la première page", median(times), "s", 0.5,
               note=f"sans espace de réserve : {median(cold):.2f} s.")
    )  # fmt: skip


def _unprepared(count: int) -> list[Any]:
    """New schools of one kind, that no one has prepared."""
    from tenants.establishments.models import Establishment
    from tenants.establishments.search import search_text
    from tenants.establishments.uai import check_letter

    made = []
    taken = Establishment.objects.filter(uai__startswith="0679").count()
    for number in range(count):
        digits = f"067{9000 + taken + number}"
        uai = digits + check_letter(digits)
        row = Establishment(
            uai=uai, schema_name=f"e_{uai.lower()}", official_name=f"ECOLE {uai}", display_name=f"École {uai}",
            type="ecole", sector="public", commune="Strasbourg", departement_code="067", departement="Bas-Rhin",
            academie="Strasbourg", slug=f"ecole-{uai.lower()}",
        )  # fmt: skip
        row.search_text = search_text(row)
        row.save()
        made.append(row)
    return made


def _administrator() -> Any:
    """A browser at the front door, signed in with both factors."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.test import Client

    from tenants.accounts.models import Account, RegionalRole

    account, _ = Account.objects.get_or_create(login="bench.admin")
    RegionalRole.objects.get_or_create(account=account, role=RegionalRole.Role.ADMINISTRATOR)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.update(
        {
            SESSION_KEY: str(account.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: account.get_session_auth_hash(), "mfa_at": int(time.time()),
        }
    )  # fmt: skip
    session.save()
    client = Client(headers={"host": "localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


@contextmanager
def _worker(bench: Bench) -> Iterator[None]:
    """The worker of scripts/run, ready."""
    from config.celery import app

    environment = bench.environment(DJANGO_SETTINGS_MODULE="config.settings")
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--concurrency", "2", "--loglevel", "ERROR",
         "--without-mingle", "--without-gossip"],
        cwd=paths.ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=sys.stderr,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not app.control.ping(timeout=0.5):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("le worker ne démarre pas")
        yield
    finally:
        process.terminate()
        process.wait(30)


def _prepared(client: Any, school: Any) -> float:
    """As a browser goes: the click, the page of the steps until it says that the school is open, its first page."""
    from django.test import Client
    from django.urls import reverse

    page = Client(headers={"host": f"{school.slug}.localhost"})
    steps = reverse("portal:preparation", args=[school.uai], urlconf="config.urls_region")
    begun = time.perf_counter()
    answer = client.post(reverse("portal:prepare", args=[school.uai], urlconf="config.urls_region"))
    if answer.status_code != 302 or answer.url != steps:
        raise RuntimeError(f"la console a répondu {answer.status_code}")
    shown = client.get(steps)
    while (waits := _POLL.search(shown.content)) is not None:
        time.sleep(int(waits[1]) / 1000)
        shown = client.get(steps, headers={"hx-request": "true"})
        if time.perf_counter() - begun > 30:
            raise RuntimeError("l’établissement ne s’ouvre pas")
    if (status := page.get("/", follow=True).status_code) != 200:
        raise RuntimeError(f"l’établissement répond {status}")
    return time.perf_counter() - begun
