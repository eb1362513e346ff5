"""scripts/manage: the command runs as if alone, on engines that it shares with whoever uses them."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.scripts.conftest import Checkout, answer, until

LATER = """
import time; time.sleep(4)
from django.db import connection; connection.ensure_connection()
print('still there')
"""
pytestmark = pytest.mark.slow


def test_manage_passes_input_output_and_exit_code_through(checkout: Checkout) -> None:
    done = checkout.manage("leave", stdin="préau")

    assert done.stdout == "PRÉAU\n"
    assert done.returncode == 7


def test_manage_stops_the_engines_that_it_started(checkout: Checkout) -> None:
    checkout.manage("migrate_schools")

    until(lambda: not checkout.processes())


def test_manage_leaves_the_engines_of_a_run(checkout: Checkout) -> None:
    port = checkout.ready(checkout.start())

    checkout.manage("migrate_schools")

    assert answer(port) == "2"


def test_run_leaves_the_engines_to_a_command_that_goes_on(checkout: Checkout) -> None:
    run = checkout.start()
    checkout.ready(run)
    with ThreadPoolExecutor() as pool:
        going_on = pool.submit(checkout.manage, "shell", stdin=LATER)
        until(lambda: checkout.named("manage.py", "shell"))

        run.send_signal(signal.SIGINT)

        assert run.wait(10) == 0
        assert "still there" in going_on.result().stdout
    until(lambda: not checkout.processes())


def test_commands_may_start_together(checkout: Checkout) -> None:
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda _: checkout.manage("leave"), range(4)))

    assert [each.returncode for each in done] == [7] * 4, [each.stderr for each in done]
