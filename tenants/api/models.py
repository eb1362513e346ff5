"""Tokens of programs that act for a person. Never a secret, only what recognises it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TokenBase(models.Model):
    """A token that its owner has made: what it is for, what it may be used for, until when.

    `digest` is the SHA-256 of the token, in hexadecimal; `scopes` are codes ("news.read").
    """

    name = models.CharField(_("nom"), max_length=60)
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=81), verbose_name=_("portées"), default=list)
    created_at = models.DateTimeField(_("créé le"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expire le"))
    # To five minutes or so
    used_at = models.DateTimeField(_("dernière utilisation"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("révoqué le"), null=True, editable=False)

    class Meta:
        abstract = True
        verbose_name = _("jeton")
        verbose_name_plural = _("jetons")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["digest"], name="%(app_label)s_token_digest")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_live(self) -> bool:
        """Whether it would open something, as far as the token itself goes."""
        return self.revoked_at is None and not self.is_expired


class RegionalToken(TokenBase):
    """A token of somebody who holds a role in the region."""

    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="tokens")

    class Meta(TokenBase.Meta):
        abstract = False
