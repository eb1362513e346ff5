"""Work that is too long for a request."""

from celery import shared_task
from django.utils.module_loading import import_string

from core.files import services as files
from core.files.models import StoredFile
from core.jobs import services as jobs
from core.people.models import Person


@shared_task
def take_photos(stored: str, actor: int) -> None:
    """Give the photos of an archive to whom they name, then forget the archive."""
    archives, photos = import_string("core.people.photos.archives"), import_string("core.people.photos.services")
    kept = StoredFile.objects.get(pk=stored)
    who = Person.objects.filter(pk=actor).first()
    try:
        with jobs.track() as job, kept.content.open("rb") as file:
            job.expect(archives.count(file))
            report = archives.take(file, actor=who, step=job.advance)
            photos.keep_report(report, actor=who)
    finally:
        files.remove(stored=kept, actor=who)
