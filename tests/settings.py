"""The settings of the tests: the project's own, with a module that exists for them alone."""

import os

os.environ["PREAU_EXTRA_MODULES"] = "tests.contract.dummy"
os.environ.setdefault("PREAU_SECRET_KEY", "only-for-tests-" + "x" * 50)

from config.settings import *  # noqa: F403

STYLE_PAGE = True
# Tests change schools under the application's feet; those of the memory of hosts set it themselves.
HOST_CACHE_SECONDS = 0
