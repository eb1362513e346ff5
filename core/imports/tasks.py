"""Reading and applying, which take too long for a request. Sent twice, each does no more than once."""

from celery import shared_task
from django.utils.module_loading import import_string

from tenants.schemas.tasks import RegionalTask


@shared_task(retryable=True, time_limit=2 * 60 * 60)
def read_import(pk: int) -> None:
    """Read what was sent and keep the difference."""
    import_string("core.imports.services.runs.read_by_task")(pk)


@shared_task(retryable=True, time_limit=2 * 60 * 60)
def apply_import(pk: int) -> None:
    """Apply the difference that somebody agreed to."""
    import_string("core.imports.services.runs.apply_by_task")(pk)


@shared_task(base=RegionalTask, retryable=True, time_limit=12 * 60 * 60)
def import_region(pk: int) -> None:
    """Read a source of the whole region, and apply it school by school; goes on where it was killed."""
    import_string("core.imports.regional.run_by_task")(pk)
