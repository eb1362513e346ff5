"""scripts/bench faults: kill -9 at random moments, and a comparison of every school after each.

The work is what operators do: `provision`, and `migrate_schools` through its three lanes and back. The victim is the
command's process, or PostgreSQL with all of its own, which is then started again; a command that survives it must
end its work by itself.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from scripts.support import paths
from scripts.support.bench import integrity, more_migrations, run
from scripts.support.bench.cluster import Cluster, cluster
from scripts.support.terminal import Stop, say

WORKS = ("provision", "field", "python", "outside", "back")
WORDS = {
    "provision": "création", "field": "SQL compilé", "python": "Python", "outside": "hors transaction",
    "back": "retour arrière",
}  # fmt: skip
VICTIMS = ("worker", "postgresql", "both")
VICTIM_WORDS = {
    "worker": "le processus", "postgresql": "PostgreSQL, le processus survit", "both": "PostgreSQL et le processus"
}  # fmt: skip
END_SECONDS = 180


def main(options: argparse.Namespace, data: Path) -> int:
    """Returns 1 when a school was found divergent, or a rerun did not converge."""
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    say(f"{options.rounds} coups, graine {seed}.")
    with cluster(data / "faults", keep=options.keep) as server, tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        run.prepare(server)
        trial = Trial(server, Path(folder), random.Random(seed), options.schools)
        trial.begin(rounds=options.rounds)
        for number in range(options.rounds):
            trial.round(number)
        return trial.conclude(seed)


@dataclass
class Trial:
    """All rounds. `waiting` are schools not made yet; `made` those that a round has brought to their end."""

    cluster: Cluster
    folder: Path
    chance: random.Random
    size: int
    waiting: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    environments: dict[str, dict[str, str]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    gave_up: list[str] = field(default_factory=list)  # commands that did not end by themselves after a restart
    hits: int = 0

    def begin(self, *, rounds: int) -> None:
        """The schools, the migrations, and what each version should look like."""
        count = self.size * -(-rounds // len(WORKS))
        self.waiting = run.load(None, self.folder, limit=count)
        chosen = more_migrations.packages(self.folder, ["field", "python", "outside"])
        self.environments = {"provision": {}, **chosen, "back": chosen["outside"]}
        for work, more in self.environments.items():
            self.versions[work] = self._learn(more)
        self.versions["back"] = self.versions["provision"]

    def _learn(self, more: dict[str, str]) -> str:
        """Capture the blueprints of this code, and return its version of the app that moves."""
        program = (
            "import django; django.setup()\n"
            "from tenants.schemas import graph\n"
            "from tenants.schemas.blueprint import store\n"
            "store.for_labels(graph.current().labels)\n"
            f"print(graph.current().versions[{more_migrations.APP!r}])"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=paths.ROOT, env=self._environment(more),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Stop(f"Les plans n’ont pas pu être relevés : {done.stderr[-800:]}")
        return done.stdout.split()[-1]

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        return self.cluster.environment(DJANGO_SETTINGS_MODULE="scripts.support.bench.settings", **more)

    # --- one round ------------------------------------------------------------------------------------------
    def round(self, number: int) -> None:
        work = WORKS[number % len(WORKS)]
        victim = VICTIMS[self.chance.randrange(len(VICTIMS))]
        if work == "provision":
            now, self.waiting = self.waiting[: self.size], self.waiting[self.size :]
        else:
            now = self.made
        begun = time.monotonic()
        done, pending = self._strike(work, now, victim)
        found = self._compare(work, "après le coup")
        output = self._again(work, now)
        found += output or self._compare(work, "après la reprise", whole=now)
        if work == "provision":
            self.made += now
            integrity.plant(now)
        self.faults += [f"coup {number + 1} ({WORDS[work]}) : {fault}" for fault in found]
        self.hits += pending
        say(
            f"{number + 1:3}. {WORDS[work]:17} {VICTIM_WORDS[victim]:34} à {done:3}/{len(now):<3}"
            f" {'en plein travail' if pending else 'trop tard':17} {'DIVERGENT' if found else 'entier':9}"
            f" {time.monotonic() - begun:5.1f} s"
        )
        for fault in found:
            say(f"       {fault}")

    def _strike(self, work: str, uais: list[str], victim: str) -> tuple[int, bool]:
        """Start the work, kill at a random moment. Returns how many schools were done, and whether any was left."""
        process = self._start(work, uais)
        # One in five before anything is done: while roles are made, a blueprint captured, a migration compiled.
        moment = self.chance.randrange(-len(uais) // 5, len(uais))
        delay = self.chance.uniform(0, 0.08 if moment > 0 else 3.0)
        with self.cluster.admin() as admin:
            while process.poll() is None and self._done(admin, work, uais) < moment:
                time.sleep(0.002)
            time.sleep(delay)
            done = self._done(admin, work, uais)
            in_time = process.poll() is None
            if victim == "worker":
                process.kill()
        if victim != "worker":
            if victim == "both":
                process.send_signal(signal.SIGSTOP)  # else it might see the server go and tidy up
            self.cluster.kill()
            if victim == "both":
                process.kill()
            self._forget()
            self.restarts.append(self.cluster.start())
        try:
            said, _ = process.communicate(timeout=END_SECONDS)
            if victim == "postgresql" and process.returncode:
                self.gave_up.append(f"{WORDS[work]} : {said.strip()[-400:]}")
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.faults.append(f"{WORDS[work]} : le processus ne s’est pas terminé en {END_SECONDS} s")
        self._settle()
        return done, in_time

    def _start(self, work: str, uais: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(paths.ROOT / "manage.py"), *self._command(work, uais)], cwd=paths.ROOT,
            env=self._environment(self.environments[work]), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def _command(self, work: str, uais: list[str]) -> list[str]:
        if work == "provision":
            return ["provision", "--json", *(part for uai in uais for part in ("--uai", uai))]
        command = ["migrate_schools", "--json"]
        if work == "back":
            command += ["--app", more_migrations.APP, "--to", more_migrations.own_last()]
        return command

    def _done(self, admin: object, work: str, uais: list[str]) -> int:
        """How many of the schools are where the work takes them."""
        row = admin.execute(  # type: ignore[attr-defined]
            "SELECT count(*) FROM public.schemas_installedapp WHERE app_label = %s AND version = %s AND uai = ANY(%s)",
            [more_migrations.APP, self.versions[work], uais],
        ).fetchone()
        return int(row[0])

    def _settle(self) -> None:
        """Wait for what the killed process had asked of the server: it may still be done, or undone."""
        self._forget()
        deadline = time.monotonic() + 30
        while self.cluster.ask("SELECT count(*) FROM pg_stat_activity WHERE usename = 'preau'")[0][0]:
            if time.monotonic() > deadline:
                raise Stop("Des connexions du processus tué restent ouvertes.")
            time.sleep(0.02)

    def _forget(self) -> None:
        from django.db import connections

        connections.close_all()

    def _compare(self, work: str, when: str, whole: Iterable[str] = ()) -> list[str]:
        everyone = [*self.made, *self.waiting]
        wanted = {uai: self.versions[work] for uai in whole}
        mid_way = work in {"outside", "back"} and not wanted
        found = integrity.compare({*everyone, *wanted, *integrity.present()}, wanted, mid_way=mid_way)
        self._forget()
        return [f"{when}, {fault}" for fault in found]

    def _again(self, work: str, uais: list[str]) -> list[str]:
        """Run the command once more, to its end. Returns what went wrong."""
        done = self._start(work, uais)
        said, _ = done.communicate()
        if done.returncode:
            return [f"la reprise a échoué : {said.strip()[-600:]}"]
        return []

    def conclude(self, seed: int) -> int:
        slowest = f", redémarrages en {max(self.restarts):.1f} s au plus" if self.restarts else ""
        for said in self.gave_up:
            say(f"n’a pas fini seul après le redémarrage, {said}")
        say(f"\n{self.hits} coups en plein travail, {len(self.made)} établissements{slowest}.")
        if not self.faults:
            print("Chaque établissement entier ou absent, aucun divergent ; chaque reprise a convergé.", flush=True)
            return 0
        print(f"{len(self.faults)} écarts (graine {seed}) :", *self.faults, sep="\n  ", flush=True)
        return 1
