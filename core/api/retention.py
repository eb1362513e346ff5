"""What is past its time, found for core.privacy."""

from datetime import datetime

from django.db.models import Q, QuerySet

from core.api.models import AccessToken


def old_tokens(limit: datetime) -> QuerySet[AccessToken]:
    """Tokens that opened nothing any more before: expired or revoked."""
    return AccessToken.objects.filter(Q(expires_at__lt=limit) | Q(revoked_at__lt=limit))
