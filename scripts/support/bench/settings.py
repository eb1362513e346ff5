"""The project's settings for a measure: the same, with an app's migrations taken from another package.

PREAU_BENCH_MIGRATIONS is a JSON object, app label to package, as MIGRATION_MODULES; the packages lie in
PREAU_BENCH_PATH. PREAU_BENCH_STOCK=1 puts stock django-tenants in the place of the project's engine.
"""

import json
import os
import sys

from config.settings import *  # noqa: F403
from config.settings import DATABASES

if os.environ.get("PREAU_BENCH_MIGRATIONS"):
    sys.path.append(os.environ["PREAU_BENCH_PATH"])
    MIGRATION_MODULES = json.loads(os.environ["PREAU_BENCH_MIGRATIONS"])
if os.environ.get("PREAU_BENCH_STOCK"):
    DATABASES["default"]["ENGINE"] = "django_tenants.postgresql_backend"
