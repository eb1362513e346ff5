"""The nightly job, through the days that people have to object."""

from datetime import timedelta

from django.utils import timezone

from core.privacy.models import RetentionNotice
from core.privacy.services.retention import nightly


def nights_pass() -> None:
    """One night announces; another one, after the delay, erases what nobody held back."""
    nightly()
    RetentionNotice.objects.filter(ended_at=None).update(due_on=timezone.localdate() - timedelta(days=1))
    nightly()
