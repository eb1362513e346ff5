"""How fast urgent news reaches a whole school, from the click to the last row in the app."""

import argparse
import os
import random
import statistics
import time
from pathlib import Path
from typing import Any

from scripts.support.bench import crowd, run
from scripts.support.bench.cluster import Cluster
from scripts.support.bench.crew import Crew
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
    mail = folder / "mail"
    mail.mkdir(mode=0o777)
    crew = Crew(server, folder, mail)
    try:
        for name in ("worker", "scheduler"):
            crew.start(name)
        crew.wait_until_ready()
        taken = [_round(school, people.viewers["management"], number) for number in range(ROUNDS)]
    finally:
        crew.stop()
    reached = taken[0]["reached"]
    seconds = sorted(one["seconds"] for one in taken)
    publishing = statistics.median(one["publish"] for one in taken)
    say(
        f"{reached} destinataires : lignes dans Préau en {statistics.median(seconds):.2f} s (de {seconds[0]:.2f} à"
        f" {seconds[-1]:.2f} s), dont {publishing:.2f} s pour publier."
    )
    statements = _statements(school, people.viewers["management"])
    share = statements / reached * 1000
    say(f"{statements} requêtes pour distribuer à {reached} personnes : {share:.1f} pour mille.")
    return int(seconds[-1] > GOAL_SECONDS)


def school_of(uai: str) -> Any:
    from core.modules.models import ModuleChoice
    from tenants.establishments.models import Establishment
    from tenants.schemas import engine, provisioning
    from tenants.schemas.context import school

    establishment = Establishment.objects.get(uai=uai)
    establishment.type, establishment.slug = "lycee", "banc"
    establishment.save()
    provisioning.provision(establishment, actor=None)
    establishment.refresh_from_db()
    engine.install(establishment, ["news", "dummy"])
    with school(establishment):
        for slug in ("news", "dummy"):
            ModuleChoice.objects.update_or_create(slug=slug, defaults={"enabled": True})
    return establishment


def _publish(school: Any, head: Any, number: int) -> Any:
    """Write and publish an urgent article to everybody, as the pages do. Called standing in the school."""
    from core.permissions.viewer import viewer_as
    from modules.news import selectors, services
    from modules.news.models import Section

    viewer = viewer_as(head, school)
    section = Section.objects.first() or Section.objects.create(name="Vie du lycée")
    content = services.Content(section=section, title=f"Fermeture {number}", body="Demain matin.", urgent=True)
    article = services.create_article(viewer=viewer, content=content)
    preview = selectors.preview_of(article, viewer)
    return services.publish(viewer=viewer, article=article, version=article.version, seen=preview.fingerprint)


def _round(school: Any, head: Any, number: int) -> dict[str, float]:
    from core.notifications.models import Event, Notification
    from tenants.schemas.context import school as inside

    with inside(school):
        begun = time.perf_counter()
        article = _publish(school, head, number)
        published = time.perf_counter() - begun
        event = Event.objects.get(key=f"article:{article.pk}")
        while Event.objects.get(pk=event.pk).state != Event.State.DONE:
            if time.perf_counter() - begun > 60:
                raise RuntimeError("the relay did not come")
            time.sleep(0.01)
        seconds = time.perf_counter() - begun
        reached = Notification.objects.filter(event=event, channel="in_app").count()
    return {"publish": published, "seconds": seconds, "reached": reached}


def _statements(school: Any, head: Any) -> int:
    """The relay's statements for one such event, counted here: the worker is gone."""
    from datetime import timedelta

    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from core.modules.state import Modules
    from core.notifications import relay
    from tenants.schemas.context import school as inside

    with inside(school):
        _publish(school, head, ROUNDS)
        modules = Modules(school)
        with CaptureQueriesContext(connection) as queries:
            relay.drain(modules, until=timezone.now() + timedelta(seconds=60))
    if os.environ.get("PREAU_BENCH_DEBUG"):
        for query in queries:
            say(query["time"] + " " + query["sql"][:150].replace("\n", " "))
    return len(queries)
