"""The region's switch: in which schools nobody sends messages for now, and why."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

REASON_LENGTH = 300


class RegionalSuspension(models.Model):
    """From `since` until `until` (or until somebody ends it) nobody sends a message in these schools; all read on.

    Schools look here each time that somebody sends: it holds from the moment that it is written.
    """

    class Scope(models.TextChoices):
        ALL = "all", _("Toute la région")
        ACADEMIE = "academie", _("Une académie")
        DEPARTEMENT = "departement", _("Un département")
        SCHOOLS = "schools", _("Des établissements")

    scope = models.CharField(_("portée"), max_length=12, choices=Scope.choices)
    # The académie's name or the département's code
    value = models.CharField(_("valeur"), max_length=60, blank=True)
    uais = ArrayField(models.CharField(max_length=8), verbose_name=_("établissements"), default=list, blank=True)
    reason = models.CharField(_("motif"), max_length=REASON_LENGTH)
    since = models.DateTimeField(_("depuis"), default=timezone.now)
    until = models.DateTimeField(_("jusqu’au"), null=True, blank=True)
    actor_account_id = models.BigIntegerField(null=True, editable=False)
    actor_name = models.CharField(max_length=200, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by_name = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("suspension de la messagerie")
        verbose_name_plural = _("suspensions de la messagerie")
        ordering = ("-since", "-id")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(scope="all", value="", uais=[])
                    | Q(scope__in=["academie", "departement"], uais=[]) & ~Q(value="")
                    | Q(scope="schools", value="") & ~Q(uais=[])
                ),
                name="regional_suspension_one_scope",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="regional_suspension_forward"
            ),
        ]
        indexes = [models.Index(fields=["since"], condition=Q(ended_at=None), name="regional_suspension_open")]

    def __str__(self) -> str:
        return f"{self.scope} {self.value} {self.since:%Y-%m-%d %H:%M}".replace("  ", " ")
