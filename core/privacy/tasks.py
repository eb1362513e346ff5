"""Work that is too long for a request."""

from celery import shared_task
from django.utils.module_loading import import_string


@shared_task
def build_archive(pk: int) -> None:
    """Build the archive that somebody asked for, in the school where the task runs."""
    import_string("core.privacy.services.archives.build")(pk)
