"""The Celery application: `celery -A config.celery worker`."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_init
from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("preau", task_cls="tenants.schemas.tasks:SchoolTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _refuse_shared_servers(sender: Any, **kwargs: Any) -> None:
    """Celery logs what a receiver raises and goes on, unless it is the wish to exit."""
    from tenants.schemas.pooling import refuse_shared_servers  # noqa: PLC0415 -- needs Django set up

    try:
        refuse_shared_servers()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error


@task_prerun.connect
@task_postrun.connect
def _tend_connections(task: Any, **kwargs: Any) -> None:
    """Between tasks as between requests: what is dead, too old or has stood in too many schools is replaced."""
    if not task.request.is_eager:
        close_old_connections()
