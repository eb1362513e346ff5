import os
from urllib.parse import parse_qsl, urlsplit

_url = urlsplit(os.environ["DATABASE_URL"])
SECRET_KEY = "standin"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["django.contrib.staticfiles", "config"]
MIDDLEWARE = []
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _url.path[1:],
        "USER": _url.username,
        "HOST": dict(parse_qsl(_url.query))["host"],
    }
}
STATIC_URL = "/static/"
STATIC_ROOT = os.path.join(os.environ["PREAU_DATA_DIR"], "static")
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
_redis = os.environ["REDIS_URL"]
CELERY_BROKER_URL = _redis.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
