"""Settings that would break a promise stop the start with a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "value"),
    [("PREAU_HOST_CACHE_SECONDS", "11"), ("PREAU_HOST_CACHE_SECONDS", "-1"), ("PREAU_CONN_MAX_SCHOOLS", "0")],
)
def test_a_value_out_of_bounds_is_refused(name, value):
    ended = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT, env={**os.environ, name: value}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert name in ended.stderr
