"""The outbox, what each person receives of it, and how each wishes to be told."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.modules.contract import Channel, Frequency, Importance
from core.people.models import Person

CHANNELS = [(channel.value, channel.value) for channel in Channel]
FREQUENCIES = [(frequency.value, frequency.value) for frequency in Frequency]
IMPORTANCES = [(level.value, level.value) for level in Importance]


class Event(models.Model):
    """Something that happened and is worth telling: a row of the outbox, written with the change itself.

    The relay turns it into notifications, in order of `key`, from `due_at` on. `people` names who is told where the
    kind has no audience of its own; `cursor` is the last person reached by an expansion that was interrupted.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("à distribuer")
        DONE = "done", _("distribué")
        CANCELLED = "cancelled", _("annulé")
        FAILED = "failed", _("en échec")

    kind = models.CharField(max_length=81)  # "news.published"
    key = models.CharField(max_length=120, blank=True)  # what it is about: "article:12"
    importance = models.CharField(max_length=12, choices=IMPORTANCES)
    actor = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    data = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)  # a path on the school's host
    people = ArrayField(models.BigIntegerField(), null=True)
    happened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    cursor = models.BigIntegerField(default=0)
    reached = models.PositiveIntegerField(default=0)  # people it was for
    unreachable = models.PositiveIntegerField(default=0)  # those of them without account and without address
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("événement")
        verbose_name_plural = _("événements")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notif_event_waiting"),
            models.Index(fields=["key", "id"], condition=~Q(key=""), name="notif_event_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}".strip()

    @property
    def module(self) -> str:
        """The slug of the module that tells it: "news"."""
        return self.kind.partition(".")[0]

    @property
    def slug(self) -> str:
        """The kind within its module: "published"."""
        return self.kind.partition(".")[2]


class Notification(models.Model):
    """One event for one person through one channel, at most once whatever is replayed.

    In the app it is unread, then read. Elsewhere it waits until `due_at` (quiet hours, digests), is leased to one
    sender at a time until `lease_until`, then sent, or failed for good. `children` are those it concerns, for a
    guardian. Rows that left in one message share `message`.
    """

    class State(models.TextChoices):
        UNREAD = "unread", _("non lue")
        READ = "read", _("lue")
        WAITING = "waiting", _("en attente")
        SENDING = "sending", _("en cours d’envoi")
        SENT = "sent", _("envoyée")
        FAILED = "failed", _("en échec")
        CANCELLED = "cancelled", _("annulée")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="notifications")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notifications")
    channel = models.CharField(max_length=6, choices=CHANNELS)
    children = ArrayField(models.BigIntegerField(), default=list)
    frequency = models.CharField(max_length=6, choices=FREQUENCIES, default=Frequency.NOW)
    state = models.CharField(max_length=9, choices=State.choices)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    message = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=40, blank=True)  # why it failed or was cancelled: core.notifications.reasons
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notification")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "channel"], name="notification_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], condition=Q(channel="in_app"), name="notification_bell"),
            models.Index(
                fields=["channel", "due_at"],
                condition=Q(state="waiting") | Q(state="sending"),
                name="notification_queue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.person_id} ({self.channel})"


class Preference(models.Model):
    """A person's own choice: how often a channel tells them of a kind, for all children or for one."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notification_preferences")
    kind = models.CharField(max_length=81)
    channel = models.CharField(max_length=6, choices=CHANNELS)
    child = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    frequency = models.CharField(max_length=6, choices=FREQUENCIES)

    class Meta:
        verbose_name = _("préférence de notification")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "channel", "child"], nulls_distinct=False, name="notification_preference_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.channel}: {self.frequency}"


class Rhythm(models.Model):
    """When a person wishes to be told. Without a row, the school's hours and its digest hour hold.

    Quiet hours go from `quiet_from` to `quiet_until`, over midnight where the first is later; both empty: none of
    one's own. They delay, they never lose anything, and urgent things pass.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="rhythm")
    follows_school = models.BooleanField(_("suivre les horaires de l’établissement"), default=True)
    quiet_from = models.TimeField(_("à partir de"), null=True, blank=True)
    quiet_until = models.TimeField(_("jusqu’à"), null=True, blank=True)
    # 0 Monday … 6 Sunday: whole days of silence
    quiet_days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    paused_until = models.DateField(_("suspendre jusqu’au"), null=True, blank=True)
    digest_at = models.TimeField(_("heure du récapitulatif"), null=True, blank=True)
    digest_weekday = models.PositiveSmallIntegerField(_("jour du récapitulatif hebdomadaire"), null=True, blank=True)
    # One digest for all the schools of the account.
    joint_digest = models.BooleanField(_("un seul récapitulatif pour tous mes établissements"), default=False)

    class Meta:
        verbose_name = _("rythme")

    def __str__(self) -> str:
        return f"{self.person_id}"


class PushSubscription(models.Model):
    """A browser that agreed to be pushed to (RFC 8030). `digest` is the SHA-256 of the endpoint, in hexadecimal."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.TextField()
    digest = models.CharField(max_length=64)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    device = models.CharField(_("appareil"), max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("abonnement aux notifications")
        constraints = [models.UniqueConstraint(fields=["digest"], name="push_subscription_once")]

    def __str__(self) -> str:
        return self.device or self.digest[:8]


class AddressTrouble(models.Model):
    """An address or a number that refused what was sent to it. Cleared when it changes or answers again."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="address_troubles")
    channel = models.CharField(max_length=6, choices=CHANNELS)
    address = models.CharField(max_length=254)
    reason = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("adresse en défaut")
        constraints = [
            models.UniqueConstraint(fields=["person", "channel", "address"], name="address_trouble_once"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"
