"""CSRF cookies that mean nothing on another host.

Sibling subdomains share a registrable domain, so one host could plant a cookie for another where the
`__Host-` prefix is not enforced. The cookie's value is therefore signed together with the host's schema.
"""

from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import REASON_INVALID_CHARACTERS, CsrfViewMiddleware, InvalidTokenFormat
from django.utils.cache import patch_vary_headers


def _signer(request: HttpRequest) -> Signer:
    school = request.school  # type: ignore[attr-defined]
    return Signer(salt=f"csrf:{school.schema_name if school else 'public'}")


class HostBoundCsrfMiddleware(CsrfViewMiddleware):
    """Django's protection, with a cookie bound to the school (or to the front door) that set it."""

    def _get_secret(self, request: HttpRequest) -> str | None:
        """The secret of the request's cookie; a cookie of another host raises InvalidTokenFormat."""
        signed = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
        if signed is None:
            return None
        try:
            return _signer(request).unsign(signed)
        except BadSignature as error:
            raise InvalidTokenFormat(REASON_INVALID_CHARACTERS) from error

    def _set_csrf_cookie(self, request: HttpRequest, response: HttpResponseBase) -> None:
        options: dict[str, Any] = {
            "max_age": settings.CSRF_COOKIE_AGE,
            "path": settings.CSRF_COOKIE_PATH,
            "secure": settings.CSRF_COOKIE_SECURE,
            "httponly": settings.CSRF_COOKIE_HTTPONLY,
            "samesite": settings.CSRF_COOKIE_SAMESITE,
        }
        response.set_cookie(settings.CSRF_COOKIE_NAME, _signer(request).sign(request.META["CSRF_COOKIE"]), **options)
        patch_vary_headers(response, ("Cookie",))
