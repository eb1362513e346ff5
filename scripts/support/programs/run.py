"""scripts/run: the whole workspace on this machine, until Ctrl-C."""

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from scripts.support import engines, locks, packages, paths, place, ports, processes, venv
from scripts.support.supervisor import Service, Supervisor
from scripts.support.terminal import Stop, say


class Interrupted(BaseException):
    """Someone asked to stop, by Ctrl-C or SIGTERM."""


def main(arguments: list[str]) -> int:
    """Returns 0 when stopped on request."""
    options = _options(arguments)
    begun = time.monotonic()
    venv.enter("run", ["run", *arguments])
    data = paths.data_dir()
    alone = locks.open_lock(data / "locks" / "run")
    if not locks.try_exclusive(alone):
        raise Stop(f"Préau tourne déjà ici : http://localhost:{place.remembered(data).get('port', '?')}/")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    processes.adopt_orphans()
    demo = place.is_demo(data) if options.demo is None else options.demo
    pages, live = ports.listen()
    place.remember(data, port=pages.getsockname()[1], demo=demo)
    lease = engines.Lease(data)
    supervisor = Supervisor(data, paths.ROOT, {})
    try:
        supervisor.stop_previous()
        packages.ensure_pango()
        say("Démarrage des bases de données…")
        lease = engines.use(data)
        people = _start(supervisor, lease, (pages, live), demo=demo)
        _welcome(pages.getsockname()[1], people, time.monotonic() - begun)
        while True:
            supervisor.check()
            time.sleep(0.2)
    except Interrupted:
        return 0
    except Stop as stop:
        say(str(stop))
        return stop.code
    finally:
        _stop(supervisor, lease)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/run",
        description="Démarre Préau sur cette machine : bases, pages, temps réel, tâches. Ctrl-C arrête tout.",
        epilog="Variables d’environnement : docs/configuration.md (PREAU_PORT, DATABASE_URL…).",
    )
    demo = parser.add_mutually_exclusive_group()
    demo.add_argument("--no-demo", dest="demo", action="store_false", help="sans démonstration, désormais")
    demo.add_argument(
        "--demo", dest="demo", action="store_true", help="avec elle, même sur une base indiquée"
    )
    parser.set_defaults(demo=None)
    return parser.parse_args(arguments)


def _start(
    supervisor: Supervisor,
    lease: engines.Lease,
    listening: tuple[socket.socket, socket.socket],
    *,
    demo: bool,
) -> str:
    """Prepare everything, start the services, wait for them. Returns the table of the demo people."""
    pages, live = listening
    data, port = supervisor.data, pages.getsockname()[1]
    place.ensure_secret_key(data)
    supervisor.environment = place.environment(
        data, lease.environment, PREAU_PORT=str(port), PREAU_LIVE_PORT=str(port + 1), PREAU_DEMO=str(int(demo))
    )
    people = _prepare(supervisor, demo=demo)
    say("Démarrage des pages, du temps réel et des tâches…")
    for service in _services(data, pages.fileno(), live.fileno()):
        supervisor.start(service)
    supervisor.wait_until(_answers(port, "/readyz"), 120, "Préau")
    supervisor.wait_until(_answers(port + 1, "/healthz"), 60, "Le temps réel")
    return people


def _prepare(supervisor: Supervisor, *, demo: bool) -> str:
    say("Mise à jour des données…")
    command = [
        sys.executable,
        str(paths.ROOT / "scripts" / "support" / "prepare.py"),
        *(["--demo"] if demo else []),
    ]
    done = subprocess.Popen(
        command, cwd=paths.ROOT, env=dict(supervisor.environment), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=processes.tied_to_us(signal.SIGTERM),
    )  # fmt: skip
    try:
        printed, _ = done.communicate()
    except BaseException:
        done.terminate()
        done.wait(5)
        raise
    if done.returncode:
        raise Stop("La mise à jour des données a échoué : la raison est au-dessus.")
    return printed


def _services(data: Path, pages: int, live: int) -> list[Service]:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "config.celery"]
    # The heartbeat files of gunicorn belong in memory: a slow disk would look like a stuck worker.
    memory = ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []  # noqa: S108
    return [
        Service("web", [
            *python, "gunicorn", "config.wsgi", "--bind", f"fd://{pages}", "--worker-class", "gthread",
            "--workers", "2", "--threads", "4", "--preload", "--graceful-timeout", "4", "--no-control-socket",
            *memory,
        ], restarts=False, pass_fds=(pages,)),
        Service("live", [
            *python, "uvicorn", "config.asgi:application", "--fd", str(live), "--lifespan", "off",
            "--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "3",
        ], restarts=False, pass_fds=(live,)),
        Service("worker", [
            *celery, "worker", "--concurrency", "2", "--loglevel", "INFO",
            "--without-mingle", "--without-gossip",
        ], restarts=True, dies_with_us=signal.SIGQUIT),
        Service("scheduler", [
            *celery, "beat", "--loglevel", "INFO", "--pidfile=",
            "--schedule", str(data / "celerybeat-schedule"),
        ], restarts=True),
    ]  # fmt: skip


def _answers(port: int, path: str) -> Callable[[], bool]:
    def ask() -> bool:
        connection = http.client.HTTPConnection(ports.ADDRESS, port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask


def _welcome(port: int, people: str, seconds: float) -> None:
    say(f"\nPréau est prêt ({seconds:.0f} s) : http://localhost:{port}/")
    say(f"Un établissement est à http://<son adresse>.localhost:{port}/ — Ctrl-C arrête tout.\n")
    if people.strip():
        print(people.rstrip(), flush=True)


def _stop(supervisor: Supervisor, lease: engines.Lease) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    say("Arrêt…")
    supervisor.stop()
    if not lease.release():
        say("PostgreSQL finit d’écrire et s’arrêtera de lui-même.")
    processes.bury()


def _interrupt(_number: int, _frame: object) -> None:
    raise Interrupted
