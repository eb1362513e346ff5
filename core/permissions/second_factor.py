"""Who must have passed a second factor in a school: settings.SECOND_FACTOR_REQUIRED."""

from django.http import HttpRequest

from core.people.choices import PRIVILEGED
from core.permissions.viewer import viewer_of


def required(request: HttpRequest) -> bool:
    """Management and digital referents: they see and change what concerns everybody."""
    return bool(PRIVILEGED & viewer_of(request).roles)
