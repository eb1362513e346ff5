from datetime import timedelta

from django.utils import timezone

from tests.contract.dummy.models import Booking


def sweep() -> None:
    """Erase bookings older than their retention."""
    Booking.objects.filter(meal__served_on__lt=timezone.localdate() - timedelta(days=366)).delete()
