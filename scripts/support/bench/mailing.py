"""scripts/bench messaging: sending to a whole lycée, opening boxes, the badge, and three hundred guardians at once.

Sending goes through the application's own service, beside a plain INSERT … SELECT of the same rows into the same
table, in turn and each with its commit. Boxes are opened over all the middleware, by two people of one role of whom
one has a hundred times the other's mail. The three hundred come over HTTP to gunicorn as it runs in production, on
this machine, which also plays the guardians.
"""

import argparse
import random
import statistics
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from scripts.support.bench import crowd, mailing_crowd, report, run, search
from scripts.support.bench.cluster import Cluster, cluster
from scripts.support.bench.report import Figure, median
from scripts.support.terminal import say

ROUNDS = 9
OPENINGS = 40
FEW, MANY = 500, 50_000
SENDING_GOAL, OPENING_GOAL, OPENING_GOAL_MS = 3.0, 1.3, 100.0
# Monday morning, when the messagerie is open.
NOW = "2026-11-23T09:00:00+01:00"
INBOX = "/messagerie/"


def main(options: argparse.Namespace, data: Path) -> int:
    """Returns 1 when a goal is missed or could not be measured."""
    say("Démarrage d’une base neuve…")
    with cluster(data / "mailing", keep=options.keep) as server, tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        run.prepare(server)
        bench = run.Bench(server, Path(folder))
        school = _school(run.load(None, Path(folder), limit=11)[-1])
        people = _people(school)
        mailing_crowd.settled(server)
        parts = {
            "sending": lambda: _sending(bench, school, people),
            "boxes": lambda: _boxes(bench, server, school),
            "guardians": lambda: _guardians(bench, server, school, people, options.guardians),
        }
        for name, work in parts.items():
            if options.part in {name, "all"}:
                bench.part(name, work)
        bench.report.raw["machine"] = report.machine(server.settings())
    output = options.output or data / "bench-messaging.json"
    bench.report.write(output)
    print(bench.report.table(), flush=True)
    say(f"\nToutes les valeurs : {output}")
    missed = any(figure.reached is False for figure in bench.report.figures)
    return int(missed or bool(bench.report.mishaps))


def _school(uai: str) -> Any:
    """An open lycée with the messagerie."""
    from core.modules.models import ModuleChoice
    from tenants.establishments.models import Establishment
    from tenants.schemas import engine, provisioning
    from tenants.schemas.context import school

    establishment = Establishment.objects.get(uai=uai)
    establishment.type, establishment.slug = "lycee", "banc"
    establishment.save()
    provisioning.provision(establishment, actor=None)
    establishment.refresh_from_db()
    engine.install(establishment, ["messaging"])
    with school(establishment):
        # Ten messages to everybody in one day: more than the limits of staff allow.
        chosen = {"enabled": True, "settings": {"staff_daily": 100_000}}
        ModuleChoice.objects.update_or_create(slug="messaging", defaults=chosen)
    return establishment


def _people(school: Any) -> crowd.Crowd:
    from tenants.schemas.context import school as inside

    with inside(school):
        people = crowd._people(random.Random(20260901))
    say(f"{people.total} personnes.")
    return people


# --- Sending ------------------------------------------------------------------------------------------------
def _sending(bench: run.Bench, school: Any, people: crowd.Crowd) -> None:
    """The same rows by the service and by the plainest statement, in turn."""
    from tenants.schemas.context import school as inside

    ours, plain, recipients = [], [], 0
    with inside(school):
        for number in range(ROUNDS + 1):
            message, seconds = _send(school, people.viewers["management"], number)
            beside = mailing_crowd.copy_plainly(message)
            if number:  # the first one warms what is read once
                ours.append(seconds * 1000)
                plain.append(beside * 1000)
            recipients = message.recipients
    ratios = [a / b for a, b in zip(ours, plain, strict=True)]
    bench.report.raw["sending"] = {"recipients": recipients, "ours": ours, "plain": plain}
    bench.report.add(
        Figure(
            "sending", f"envoyer à {recipients} personnes", median(ratios), "x", SENDING_GOAL,
            ours=median(ours), floor=median(plain),
            note="« psql » est un INSERT … SELECT des mêmes lignes dans la même table, avec son COMMIT.",
        )
    )  # fmt: skip


def _send(school: Any, head: Any, number: int) -> tuple[Any, float]:
    """One message to all pupils and guardians: the seconds of the service, its commit included."""
    from core.permissions.viewer import viewer_as
    from modules.messaging.audience.lines import Line
    from modules.messaging.models import Message
    from modules.messaging.services import drafts, sending

    viewer = viewer_as(head, school)
    draft = drafts.save(
        viewer=viewer, key=uuid4(), subject=f"Rentrée {number}", body="Bonjour,\n\n" + "Le lycée ouvre lundi. " * 40,
        lines=[Line(kind="role", id="pupil"), Line(kind="role", id="guardian")],
    )  # fmt: skip
    viewer = viewer_as(head, school)  # as the next request would
    begun = time.perf_counter()
    sent = sending.send(viewer=viewer, draft=draft, now=datetime.fromisoformat(NOW))
    seconds = time.perf_counter() - begun
    if not isinstance(sent, Message):
        raise TypeError(f"the message waits: {sent.state}")
    return sent, seconds


# --- Boxes --------------------------------------------------------------------------------------------------
def _boxes(bench: run.Bench, server: Cluster, school: Any) -> None:
    """The inbox of somebody with much mail beside that of somebody with little."""
    few, many = mailing_crowd.two_boxes(server, school, FEW, MANY)
    clients = [crowd.signed_in(school, person) for person in (few, many)]
    taken: list[list[float]] = [[], []]
    processor = 0.0
    for number in range(OPENINGS + 3):
        for side, client in enumerate(clients):
            spent = time.process_time() + search._server_seconds()
            milliseconds = _opened(client)
            if number >= 3:
                taken[side].append(milliseconds)
                processor += side * (time.process_time() + search._server_seconds() - spent) * 1000 / OPENINGS
    small, large = (median(times) for times in taken)
    queries = [mailing_crowd.queries_of(client, INBOX) for client in clients]
    p95 = sorted(taken[1])[int(len(taken[1]) * 0.95)]
    bench.report.raw["boxes"] = {"few": taken[0], "many": taken[1], "queries": queries, "p95": p95}
    bench.report.add(
        Figure(
            "opening", f"ouvrir la boîte, {MANY} messages contre {FEW}", large / small, "x", OPENING_GOAL,
            ours=large, floor=small, note=f"« psql » est la petite boîte ; {queries[1]} requêtes contre {queries[0]}.",
        )
    )  # fmt: skip
    bench.report.raw["boxes"]["processor"] = processor
    bench.report.add(
        Figure(
            "opening_ms", f"la boîte de {MANY} messages, temps de processeur", processor, "ms", OPENING_GOAL_MS,
            note="Python et PostgreSQL ; l’attente d’un processeur occupé par d’autres n’en est pas.",
        )
    )  # fmt: skip
    _badge(bench, school, many)


def _opened(client: Any) -> float:
    begun = time.perf_counter()
    response = client.get(INBOX)
    milliseconds = (time.perf_counter() - begun) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{INBOX} : {response.status_code}")
    return milliseconds


def _badge(bench: run.Bench, school: Any, person: Any) -> None:
    """The unread badge: how many statements, and along which index."""
    statements, plan, milliseconds = mailing_crowd.badge(school, person)
    along = "messaging_copy_unread" in plan
    bench.report.raw["badge"] = {"statements": statements, "plan": plan, "ms": milliseconds}
    bench.report.add(
        Figure(
            "badge", "le nombre de non lus, en requêtes le long de son index", float(statements) if along else None,
            "requête(s)", 1.0, note=f"{milliseconds:.2f} ms.",
        )
    )  # fmt: skip


# --- Three hundred guardians ----------------------------------------------------------------------------------
def _guardians(bench: run.Bench, server: Cluster, school: Any, people: crowd.Crowd, count: int) -> None:
    """Each opens the box, a message and the box again, all from one moment on. No answer may fail."""
    _have_mail(school, people)
    cookies = mailing_crowd.guardians_signed_in(school, count)
    with mailing_crowd.web(server) as port:
        mailing_crowd.read_by(port, school, cookies[:8])  # what is read once a process
        begun = time.perf_counter()
        answers = mailing_crowd.read_by(port, school, cookies)
        seconds = time.perf_counter() - begun
    wrong = [answer for answer in answers if answer.status != 200]
    if wrong:
        raise RuntimeError(f"{len(wrong)} réponses en échec sur {len(answers)}, dont {wrong[0]}")
    times = sorted(answer.milliseconds for answer in answers)
    p95 = times[int(len(times) * 0.95)]
    bench.report.raw["guardians"] = {"answers": len(answers), "seconds": seconds, "times": times}
    bench.report.add(
        Figure(
            "guardians", f"{count} responsables lisent à la fois, p95", p95, "ms",
            note=f"{len(answers)} pages sans une erreur en {seconds:.1f} s, soit {len(answers) / seconds:.0f} par "
            f"seconde ; médiane {statistics.median(times):.0f} ms, dont l’attente d’un tour parmi les autres.",
        )
    )  # fmt: skip


def _have_mail(school: Any, people: crowd.Crowd) -> None:
    """Every guardian has a message, where the part that sends did not run."""
    from modules.messaging.models import Message
    from tenants.schemas.context import school as inside

    with inside(school):
        if not Message.objects.filter(conversation__subject__startswith="Rentrée").exists():
            _send(school, people.viewers["management"], 0)
