"""The settings of the tests: the project's own, with a module that exists for them alone."""

import os

os.environ["PREAU_EXTRA_MODULES"] = "tests.contract.dummy"
os.environ.setdefault("PREAU_SECRET_KEY", "only-for-tests-" + "x" * 50)

from config.settings import *  # noqa: F403

STYLE_PAGE = True
