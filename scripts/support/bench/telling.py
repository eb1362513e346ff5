"""scripts/bench notifications: how fast a whole school is told, and whether anything is lost when processes die.

`--part spread` publishes urgent news to a lycée of 2,000 pupils and 3,500 guardians and waits for the last row in the
app. `--part alert` launches an alert in the same lycée, without any worker. `--part kills` tells 10,000 things while
workers, scheduler, Redis and PostgreSQL are killed at random, then holds what was acknowledged against what each person
has, in the app and in their mail box.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from scripts.support.bench import run, telling_alert, telling_kills, telling_spread
from scripts.support.bench.cluster import cluster
from scripts.support.terminal import say


def main(options: argparse.Namespace, data: Path) -> int:
    """Returns 1 when a goal is missed, or when the history does not add up."""
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    result = 0
    for name, part in (("spread", telling_spread), ("alert", telling_alert), ("kills", telling_kills)):
        if options.part not in {name, "all"}:
            continue
        say("Démarrage d’une base neuve…")
        begun = time.perf_counter()
        with cluster(data / "telling", keep=options.keep) as server, tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            run.prepare(server, PREAU_EXTRA_MODULES="tests.contract.dummy")
            result |= part.main(server, Path(folder), options, seed)
        say(f"{name} : {time.perf_counter() - begun:.0f} s en tout.")
    return result
