"""scripts/run: one command starts all, one key stops it, and no accident keeps it from starting again."""

import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.scripts.conftest import Checkout, answer, clean_environment, kill, until

pytestmark = pytest.mark.slow


def test_run_serves_pages_and_live_and_names_the_demo_people(checkout: Checkout) -> None:
    port = checkout.ready(checkout.start())

    until(lambda: "Camille, cheffe" in checkout.said())
    assert f"http://localhost:{port}/" in checkout.said()
    assert answer(port, "/healthz") == "ok"
    assert answer(port + 1, "/healthz") == "ok"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_stops_everything_it_started(checkout: Checkout, number: signal.Signals) -> None:
    run = checkout.start()
    checkout.ready(run)
    begun = time.monotonic()

    run.send_signal(number)

    assert run.wait(10) == 0
    assert time.monotonic() - begun < 10
    assert checkout.processes() == []


def test_run_starts_again_with_its_data_after_being_killed(checkout: Checkout) -> None:
    first = checkout.start()
    checkout.ready(first)

    first.kill()
    first.wait()

    assert answer(checkout.ready(checkout.start())) == "2"


def test_run_killed_takes_its_processes_and_engines_with_it(checkout: Checkout) -> None:
    run = checkout.start()
    checkout.ready(run)

    run.kill()
    run.wait()

    until(lambda: not checkout.processes())


def test_run_starts_again_after_everything_was_killed(checkout: Checkout) -> None:
    first = checkout.start()
    checkout.ready(first)

    # The databases first: with their keeper gone they would have time to stop as they should.
    for pid in [*checkout.named("postgres -D"), *checkout.named("keeper.py"), *checkout.processes()]:
        kill(pid)
    first.wait()
    until(lambda: not checkout.processes())

    assert next(checkout.data.rglob("postmaster.pid")).is_file()
    assert answer(checkout.ready(checkout.start())) == "2"


def test_run_starts_when_the_stale_pid_file_names_a_stranger(checkout: Checkout) -> None:
    checkout.manage("migrate_schools")
    until(lambda: not checkout.processes())
    cluster = next(checkout.data.rglob("PG_VERSION")).parent
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster}\n1\n5432\n/tmp\n\n1 1\nready\n")

        checkout.ready(checkout.start())

        assert stranger.poll() is None
        stranger.kill()


def test_run_leaves_a_stranger_that_inherited_a_recorded_number(checkout: Checkout) -> None:
    checkout.data.mkdir()
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        (checkout.data / "processes.json").write_text(json.dumps({str(stranger.pid): "1"}))

        checkout.ready(checkout.start())

        assert stranger.poll() is None
        stranger.kill()


def test_two_checkouts_run_side_by_side(new_checkout: Callable[[], Checkout]) -> None:
    one, two = new_checkout(), new_checkout()
    first, second = one.start(), two.start()
    ports = one.ready(first), two.ready(second)

    first.send_signal(signal.SIGINT)
    first.wait(10)

    assert ports[0] != ports[1]
    assert one.processes() == []
    assert answer(ports[1]) == "1"


def test_second_run_in_the_same_checkout_says_where_the_first_is(checkout: Checkout) -> None:
    first = checkout.start()
    port = checkout.ready(first)

    second = checkout.start()

    assert second.wait(15) == 1
    assert f"tourne déjà ici : http://localhost:{port}/" in checkout.said()
    assert answer(port) == "1"


def test_run_refuses_a_chosen_port_that_is_taken(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = checkout.start(PREAU_PORT=str(port))

        assert run.wait(15) == 2
    assert f"Le port {port} ou le suivant est déjà pris" in checkout.said()


def test_run_starts_a_dead_worker_again(checkout: Checkout) -> None:
    port = checkout.ready(checkout.start())
    before = set(until(lambda: checkout.named("celery", "worker")))

    for pid in before:
        kill(pid)

    until(lambda: set(checkout.named("celery", "worker")) - before)
    assert "worker s’est arrêté" in checkout.said()
    assert answer(port) == "1"


def test_run_ends_with_the_reason_when_the_pages_die(checkout: Checkout) -> None:
    run = checkout.start()
    checkout.ready(run)

    for pid in checkout.named("gunicorn"):
        kill(pid)

    assert run.wait(15) == 1
    assert re.search(r"web s’est arrêté \(code -9\)\. Journal : .*web\.log", checkout.said())
    assert checkout.processes() == []


def test_run_without_demo_names_nobody(checkout: Checkout) -> None:
    checkout.ready(checkout.start("--no-demo"))

    assert "Camille" not in checkout.said()


def test_run_keeps_its_secret_to_itself_and_for_good(checkout: Checkout) -> None:
    checkout.manage("check")
    before = (checkout.data / "secret_key").read_text()

    checkout.ready(checkout.start())

    assert (checkout.data / "secret_key").read_text() == before
    assert (checkout.data / "secret_key").stat().st_mode & 0o777 == 0o600


def test_help_needs_nothing(checkout: Checkout) -> None:
    done = subprocess.run(
        [checkout.folder / "scripts" / "run", "--help"],
        env=clean_environment(),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0
    assert "--no-demo" in done.stdout
    assert not checkout.data.exists()
