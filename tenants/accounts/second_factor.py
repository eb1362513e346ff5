"""The second factor: what allauth.mfa needs to know here, and who must have one."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.accounts.guards import regional_roles
from tenants.accounts.models import Account, RegionalRole
from tenants.accounts.sessions import MFA_AT


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages: dict[str, str | Promise] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy(
            "Votre rôle demande une double vérification\u00a0: ajoutez un autre moyen avant de retirer celui-ci."
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Activez d’abord une application d’authentification ou une clé d’accès."
        ),
        "incorrect_code": gettext_lazy("Ce code ne convient pas. Vérifiez l’heure de votre appareil et réessayez."),
    }

    def encrypt(self, text: str) -> str:
        """A copy of the database alone gives no code."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def _get_user_identifier(self, user: Account) -> str:
        return user.login

    def _get_site_name(self) -> str:
        return "Préau"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": relying_party(), "name": f"Préau {settings.REGION_NAME}"}

    def generate_authenticator_name(self, user: Account, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Clé d’accès") if number == 1 else _("Clé d’accès %(number)d") % {"number": number}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last factor of someone with a regional role stays; schools ask their own people again."""
        others = (
            Authenticator.objects.filter(user_id=authenticator.user_id)
            .exclude(pk=authenticator.pk)
            .exclude(type=Authenticator.Type.RECOVERY_CODES)
        )
        return others.exists() or not RegionalRole.objects.filter(account_id=authenticator.user_id).exists()


def _cipher() -> MultiFernet:
    keys = map(str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    digests = (hashlib.sha256(f"second factor:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def relying_party() -> str:
    """The domain that passkeys belong to: what the front door and the schools' subdomains have in common."""
    front, schools = str(settings.ORIGIN.hostname), settings.SCHOOL_DOMAIN
    return schools if front.endswith(f".{schools}") else front


def passkeys_work(request: HttpRequest) -> bool:
    """Whether a passkey may be used on this host. Not on a school's own domain; and for browsers `localhost`
    is a public suffix, so that in the demo they work at the front door only."""
    host, party = request.get_host().rpartition(":")[0] or request.get_host(), relying_party()
    return host == party or (host.endswith(f".{party}") and "." in party)


def is_missing(request: HttpRequest) -> bool:
    """Whether who is signed in must have passed a second factor here, and has not."""
    if request.session.get(MFA_AT):
        return False
    if request.school is None:  # type: ignore[attr-defined]
        return bool(regional_roles(request))
    return bool(import_string(settings.SECOND_FACTOR_REQUIRED)(request))
