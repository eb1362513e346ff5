"""scripts/bench faults, as anyone runs it: a few blows on a cluster of its own."""

import subprocess

import pytest

from tests.scripts.conftest import ROOT, Checkout, clean_environment

pytestmark = pytest.mark.slow


def test_faults_find_every_school_whole_or_absent(checkout: Checkout) -> None:
    done = subprocess.run(
        [ROOT / "scripts" / "bench", "faults", "--rounds", "2", "--schools", "3", "--seed", "3"],
        env=clean_environment() | {"PREAU_DATA_DIR": str(checkout.data)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "aucun divergent" in done.stdout
    assert not list(checkout.data.glob("faults/*"))
