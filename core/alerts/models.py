"""Alerts of this school, what was said after them, who answered, and the pupils who were missing."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.alerts.choices import Audience, Step
from core.people.models import Person
from core.structure.models import SchoolClass
from tenants.alerts.choices import TEXT_LENGTH, Kind, head_of

WORD_LENGTH = 200


class Alert(models.Model):
    """An urgent word that reaches everybody whom it concerns at once; active until it is ended.

    `key` comes with the form: pressed twice, it is one alert. `regional` is the region's alert that it belongs to: the
    school then adds news of its own and may not end it. `classes` holds keys of classes without constraint: what was
    sent stays as it was sent, and `audience_words` says it for readers.
    """

    key = models.UUIDField(editable=False)
    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices)
    drill = models.BooleanField(_("exercice"), default=False)
    text = models.CharField(_("message"), max_length=TEXT_LENGTH)
    audience = models.CharField(_("destinataires"), max_length=8, choices=Audience.choices, default=Audience.EVERYONE)
    classes = ArrayField(models.BigIntegerField(), default=list, blank=True)
    audience_words = models.CharField(max_length=400, blank=True)
    # Keys of the staff of whom an answer was expected when it was launched: people come and go, the report stays
    expected = ArrayField(models.BigIntegerField(), default=list, blank=True)
    regional = models.BigIntegerField(null=True, editable=False)
    sent_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("alerte")
        ordering = ("-started_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="alert_once"),
            models.UniqueConstraint(fields=["regional"], name="alert_regional_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="alert_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["started_at"], condition=Q(ended_at=None), name="alert_active")]

    def __str__(self) -> str:
        return f"{self.head} – {self.get_kind_display()}"

    @property
    def head(self) -> str:
        """« EXERCICE » or « ALERTE »: the first word wherever the alert is told."""
        return head_of(drill=self.drill)

    @property
    def is_active(self) -> bool:
        return self.ended_at is None

    @property
    def is_regional(self) -> bool:
        return self.regional is not None


class Update(models.Model):
    """Something said to the same people after the alert: news, or its end. `regional` is the region's own number."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="updates")
    key = models.UUIDField(editable=False)
    step = models.CharField(max_length=4, choices=Step.choices, default=Step.NEWS)
    text = models.CharField(_("message"), max_length=TEXT_LENGTH)
    regional = models.BigIntegerField(null=True, editable=False)
    author = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("suite d’une alerte")
        verbose_name_plural = _("suites d’alertes")
        ordering = ("at", "id")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="alert_update_once"),
            models.UniqueConstraint(fields=["regional"], name="alert_update_regional_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} – {self.alert}"


class Answer(models.Model):
    """What one of the staff said of themselves and of the class with them. Corrections are further rows.

    `expected` is the class list of that moment, `present` those counted; `missing` are keys of the pupils named.
    `latest` marks the one that counts; `key` comes with the form, so that a bad line sends it once.
    """

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="alert_answers")
    key = models.UUIDField(editable=False)
    needs_help = models.BooleanField(_("besoin d’aide"), default=False)
    school_class = models.ForeignKey(SchoolClass, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    expected = models.PositiveSmallIntegerField(null=True)
    present = models.PositiveSmallIntegerField(_("élèves avec vous"), null=True, blank=True)
    missing = ArrayField(models.BigIntegerField(), default=list, blank=True)
    word = models.CharField(_("précision"), max_length=WORD_LENGTH, blank=True)
    latest = models.BooleanField(default=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("réponse à une alerte")
        verbose_name_plural = _("réponses à des alertes")
        ordering = ("at", "id")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="alert_answer_once"),
            models.UniqueConstraint(
                fields=["alert", "person"], condition=Q(latest=True), name="alert_answer_one_latest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} @ {self.alert_id}"

    @property
    def unnamed(self) -> int:
        """Pupils of the class who are not there and whom nobody has named."""
        if self.expected is None or self.present is None:
            return 0
        return max(0, self.expected - self.present - len(self.missing))


class MissingPupil(models.Model):
    """A pupil whom somebody named as missing, until they are found."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="missing_pupils")
    pupil = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    reported_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    reported_at = models.DateTimeField(default=timezone.now)
    found_at = models.DateTimeField(null=True)
    found_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("élève manquant")
        verbose_name_plural = _("élèves manquants")
        ordering = ("reported_at", "id")
        constraints = [models.UniqueConstraint(fields=["alert", "pupil"], name="alert_missing_once")]

    def __str__(self) -> str:
        return f"{self.pupil_id} @ {self.alert_id}"
