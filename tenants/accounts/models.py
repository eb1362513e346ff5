"""Credentials, and nothing else about a person: no name, no role in a school, no class."""

import secrets
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from tenants.accounts.hosts import host_schema


def new_stamp() -> str:
    return secrets.token_hex(16)


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, login: str, email: str = "", password: str | None = None, **fields: Any) -> "Account":
        """An account with a login of its own; without a password it cannot sign in until it has one."""
        account = self.model(login=login.lower(), email=self.normalize_email(email), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(login__iexact=username)


class Account(AbstractBaseUser):
    """One account for a person across the region's schools."""

    login = models.CharField(
        _("identifiant"),
        max_length=80,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*\Z", _("Lettres, chiffres, point et tiret seulement."))],
    )
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    is_active = models.BooleanField(_("actif"), default=True)
    # Changed with the password or at "sign out everywhere": every session made before is over at once.
    # A school's role reads it in place of the password's hash.
    security_stamp = models.CharField(max_length=32, default=new_stamp, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # None until the account is first used
    signed_in_at = models.DateTimeField(_("dernière connexion"), null=True, editable=False)
    # When the last school that it opened let it go; None while it opens one, and before it ever did
    unused_since = models.DateTimeField(null=True, editable=False)
    last_login = None  # Django would write it from within a school

    objects = AccountManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")
        constraints = [models.UniqueConstraint(Lower("login"), name="account_login_unique")]

    def __str__(self) -> str:
        return self.login

    def get_session_auth_hash(self) -> str:
        """Binds a session to the stamp and to the host's schema: its row would mean nothing elsewhere."""
        return salted_hmac(f"session:{host_schema()}", self.security_stamp, algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> Any:
        return iter(())

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.security_stamp = new_stamp()

    def check_password(self, raw_password: str | None) -> bool:
        """A hash that is only recomputed with newer parameters ends no session."""
        stamp = self.security_stamp
        matches = super().check_password(raw_password)
        self.security_stamp = stamp
        return matches


class Membership(models.Model):
    """The index of the schools where an account has a profile. Kept by core.people's services."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    uai = models.CharField(max_length=8)
    # Also the name of the school's role, so that row security can compare it with current_user.
    schema_name = models.CharField(max_length=63)
    person_id = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("profil dans un établissement")
        constraints = [
            models.UniqueConstraint(fields=["account", "uai"], name="membership_once"),
            models.UniqueConstraint(fields=["uai", "person_id"], name="membership_person_once"),
        ]
        indexes = [models.Index(fields=["schema_name", "account"], name="membership_by_schema")]

    def __str__(self) -> str:
        return f"{self.account_id} @ {self.uai}"


class RegionalRole(models.Model):
    """A role on the region's side, with the part of the region it extends to. Requires a second factor."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("Administration régionale")
        SUPPORT = "support", _("Assistance")
        TRAINER = "trainer", _("Formation")

    class Scope(models.TextChoices):
        REGION = "region", _("Région")
        ACADEMIE = "academie", _("Académie")
        DEPARTEMENT = "departement", _("Département")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="regional_roles")
    role = models.CharField(_("rôle"), max_length=15, choices=Role.choices)
    scope = models.CharField(_("étendue"), max_length=12, choices=Scope.choices, default=Scope.REGION)
    # The académie's name or the département's code; empty for the whole region.
    scope_value = models.CharField(_("valeur"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("rôle régional")
        constraints = [
            models.UniqueConstraint(fields=["account", "role", "scope", "scope_value"], name="regional_role_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} {self.scope} {self.scope_value}"


class AccountSession(models.Model):
    """One open session, on whichever host: what lets a person see them all and end them.

    The session itself is a row of its host's schema. Only the hash of its key is here, so that this table
    opens nothing; the row is found by hashing the keys of that schema.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="open_sessions")
    schema_name = models.CharField(max_length=63)
    key_hash = models.CharField(max_length=64)
    # In words for the person: "Firefox sur Android"
    device = models.CharField(_("appareil"), max_length=80)
    second_factor = models.BooleanField(_("double vérification"), default=False)
    created_at = models.DateTimeField(_("ouverte le"), default=timezone.now)
    # To ten minutes or so
    seen_at = models.DateTimeField(_("vue le"), default=timezone.now)

    class Meta:
        verbose_name = _("session ouverte")
        ordering = ("-seen_at", "-id")
        constraints = [models.UniqueConstraint(fields=["key_hash"], name="account_session_key")]
        indexes = [models.Index(fields=["account", "-seen_at"], name="account_session_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.schema_name} {self.device}"


class KnownDevice(models.Model):
    """A browser that an account has signed in from, by the hash of the number in its cookie (`devices`)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="known_devices")
    digest = models.CharField(max_length=64)
    # In words for the person: "Firefox sur Android"
    device = models.CharField(_("appareil"), max_length=80)
    first_seen_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    # When its owner was written to about it; null: at once known, or not worth a mail
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("appareil connu")
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="known_device_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.device}"


class Ticket(models.Model):
    """The right to open a session on one other host, once, within seconds. Only its hash is kept."""

    token_hash = models.CharField(max_length=64)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    # The host it opens: a school's schema, or "public" for the front door
    schema_name = models.CharField(max_length=63)
    # Where it leads on that host
    path = models.CharField(max_length=500)
    # When the second factor was passed on the host that issued it
    mfa_at = models.DateTimeField(null=True)
    # Whether the session outlives the browser, as on the host that issued it
    remember = models.BooleanField(default=False)
    # The stamp at that time: signing out everywhere ends tickets too
    security_stamp = models.CharField(max_length=32)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("passage")
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="ticket_token")]
        indexes = [models.Index(fields=["expires_at"], name="ticket_expiry")]

    def __str__(self) -> str:
        return f"{self.account_id} → {self.schema_name}"


class KnownIdentity(models.Model):
    """What tells that two profiles in two schools are the same human: a key that the State's files give.

    Only its keyed hash is here (`tenants.accounts.identities.key_hash`): this table names nobody.
    """

    key_hash = models.CharField(max_length=64)
    uai = models.CharField(max_length=8)
    person_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("identité connue")
        constraints = [models.UniqueConstraint(fields=["uai", "key_hash"], name="known_identity_once")]
        indexes = [
            models.Index(fields=["key_hash"], name="known_identity_key"),
            models.Index(fields=["uai", "person_id"], name="known_identity_person"),
        ]

    def __str__(self) -> str:
        return f"{self.uai} {self.person_id}"


class Reunion(models.Model):
    """A profile that joined an account which already had others. For thirty days it can be taken apart again."""

    class How(models.TextChoices):
        KNOWN = "known", _("Même identité dans deux établissements")
        PROVED = "proved", _("Deux comptes réunis par leur titulaire")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="reunions")
    # The account that opened the profile before, closed since; None where there was none
    closed = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="+")
    how = models.CharField(max_length=6, choices=How.choices)
    uai = models.CharField(max_length=8)
    person_id = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("profil réuni")
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["uai", "person_id"], name="reunion_profile")]

    def __str__(self) -> str:
        return f"{self.uai} {self.person_id} → {self.account_id}"


class ActivationCode(models.Model):
    """What opens a person's account the first time, or gives a new password once. Only the code's hash is kept.

    One code lives at a time for a person and a purpose: the next one ends it (`tenants.accounts.codes`).
    """

    class Purpose(models.TextChoices):
        ACTIVATE = "activate", _("Activation")
        RECOVER = "recover", _("Récupération")

    class Way(models.TextChoices):
        """How it reaches its person."""

        LETTER = "letter", _("Courrier")
        MAIL = "mail", _("Courriel")
        SCREEN = "screen", _("Remis en main propre")

    uai = models.CharField(max_length=8)
    person_id = models.BigIntegerField()
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    way = models.CharField(max_length=6, choices=Way.choices)
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("code d’activation")
        constraints = [
            models.UniqueConstraint(fields=["code_hash"], name="activation_code_hash"),
            models.UniqueConstraint(
                fields=["uai", "person_id", "purpose"],
                condition=models.Q(used_at=None, superseded_at=None),
                name="activation_code_living_once",
            ),
        ]
        indexes = [
            models.Index(fields=["uai", "person_id"], name="activation_code_person"),
            models.Index(fields=["expires_at"], name="activation_code_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.uai} {self.person_id} {self.purpose}"


class RetiredLogin(models.Model):
    """A login that nobody bears any more, and that nobody else gets for three years. Only its keyed hash is kept."""

    login_hash = models.CharField(max_length=64)
    retired_at = models.DateTimeField(default=timezone.now)
    # Who bore it and may take it back, while that account exists
    account = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("identifiant retiré")
        constraints = [models.UniqueConstraint(fields=["login_hash"], name="retired_login_once")]
        indexes = [models.Index(fields=["retired_at"], name="retired_login_date")]

    def __str__(self) -> str:
        return self.login_hash[:8]
