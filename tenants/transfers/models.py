"""Records of pupils that one school proposes to another: all that ever passes between two schools."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Transfer(models.Model):
    """One proposal. `record` is emptied as soon as it has been answered, withdrawn, or has waited for too long.

    {"identity": {"first_name", "last_name", "birth_name", "birth_date", "civility"}, "ids": {…}, "account": pk or None,
     "guardians": [the same four, with "link": {"kinship", "authority", "priority", "pays", "is_contact"}]}
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposé")
        ACCEPTED = "accepted", _("accepté")
        REFUSED = "refused", _("refusé")
        EXPIRED = "expired", _("sans réponse, effacé")
        WITHDRAWN = "withdrawn", _("retiré")

    from_uai = models.CharField(max_length=8)
    to_uai = models.CharField(max_length=8)
    # Whose record it is at the school that proposes it, for that school alone
    person_id = models.BigIntegerField(editable=False)
    record = models.JSONField(default=dict)
    state = models.CharField(_("état"), max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField(_("proposé le"), default=timezone.now)
    answered_at = models.DateTimeField(_("répondu le"), null=True)

    class Meta:
        verbose_name = _("dossier proposé")
        verbose_name_plural = _("dossiers proposés")
        ordering = ("-proposed_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["from_uai", "person_id"], condition=Q(state="proposed"), name="transfer_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(from_uai=F("to_uai")), name="transfer_elsewhere"),
            models.CheckConstraint(condition=Q(state="proposed") | Q(record={}), name="transfer_forgets"),
        ]
        indexes = [models.Index(fields=["to_uai", "state"], name="transfer_received")]

    def __str__(self) -> str:
        return f"{self.from_uai} → {self.to_uai}"
