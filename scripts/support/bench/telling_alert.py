"""How fast an alert reaches a whole lycée: from the press to the last row in the app, with no worker at all."""

import argparse
import random
import statistics
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from scripts.support.bench import crowd, run
from scripts.support.bench.cluster import Cluster
from scripts.support.bench.telling_spread import school_of
from scripts.support.terminal import say

GOAL_SECONDS = 5.0
ROUNDS = 5


def main(server: Cluster, folder: Path, options: argparse.Namespace, seed: int) -> int:
    from tenants.schemas.context import school as inside

    school = school_of(run.load(None, folder, limit=11)[-1])
    with inside(school):
        people = crowd._people(random.Random(seed))
    with server.admin() as admin:
        admin.execute("VACUUM ANALYZE")
    taken = [_round(school, people.viewers["management"]) for _number in range(ROUNDS)]
    seconds = sorted(one["seconds"] for one in taken)
    say(
        f"{taken[0]['reached']} destinataires : alerte dans Préau en {statistics.median(seconds):.2f} s"
        f" (de {seconds[0]:.2f} à {seconds[-1]:.2f} s), sans aucun travailleur."
    )
    board = statistics.median(one["board"] for one in taken)
    say(f"Suivi de {taken[0]['staff']} personnels et {taken[0]['classes']} classes : {board * 1000:.0f} ms.")
    return int(seconds[-1] > GOAL_SECONDS or not taken[0]["reached"])


def _round(school: Any, head: Any) -> dict[str, float]:
    from core.alerts import selectors, services
    from core.alerts.telling import key_of
    from core.notifications.models import Notification
    from core.permissions.viewer import viewer_as
    from tenants.schemas.context import school as inside

    draft = services.Draft(kind="evacuation", text="Évacuez dans le calme.", drill=True)
    with inside(school):
        viewer = viewer_as(head, school)
        begun = time.perf_counter()
        alert = services.start(viewer=viewer, draft=draft, key=uuid4())
        seconds = time.perf_counter() - begun
        reached = Notification.objects.filter(event__key=key_of(alert), channel="in_app").count()
        begun = time.perf_counter()
        board = selectors.board(viewer, alert)
        shown = time.perf_counter() - begun
        services.end(viewer=viewer, alert=alert, text="Fini.", key=uuid4())
    return {
        "seconds": seconds, "reached": reached, "board": shown, "staff": board.staff, "classes": board.classes,
    }  # fmt: skip
