"""scripts/bench notifications, as anyone runs it: a few blows while people are told."""

import subprocess

import pytest

from tests.scripts.conftest import ROOT, Checkout, clean_environment

pytestmark = pytest.mark.slow
FEW = ("--kills", "4", "--count", "200", "--seed", "5")


def test_nothing_is_lost_and_nothing_doubled_under_blows(checkout: Checkout) -> None:
    done = subprocess.run(
        [ROOT / "scripts" / "bench", "notifications", "--part", "kills", *FEW],
        env=clean_environment() | {"PREAU_DATA_DIR": str(checkout.data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Rien de perdu" in done.stdout
