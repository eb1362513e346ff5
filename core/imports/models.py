"""What was imported, what each import did, who is who in the sources, and which records were found to be one human."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.people.models import Person
from core.structure.models import SchoolYear


class State(models.TextChoices):
    """WAITING: it would remove so much that a person must say so again. APPLIED and UNDONE are the history."""

    READING = "reading", _("Lecture en cours")
    READY = "ready", _("À vérifier")
    WAITING = "waiting", _("À confirmer")
    APPLYING = "applying", _("Application en cours")
    APPLIED = "applied", _("Appliqué")
    REFUSED = "refused", _("Refusé")
    FAILED = "failed", _("En échec")
    CANCELLED = "cancelled", _("Abandonné")
    UNDONE = "undone", _("Annulé")


class Source(models.TextChoices):
    """The family of a format: what people, relations and stays say they come from."""

    AAF = "aaf", _("AAF")
    SIECLE = "siecle", _("SIECLE")
    STS = "sts", _("STS")
    ONDE = "onde", _("ONDE")
    TABLE = "csv", _("Tableau")


class Run(models.Model):
    """One import of this school. `counts` and `report` have the shape that `core.imports.engine.report` describes."""

    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    # What the source says of itself: "AAF 2D complet du 17 janvier 2013, 6 fichiers"; before that the file's name
    label = models.CharField(_("fichier"), max_length=200)
    digest = models.CharField(max_length=64, blank=True)
    complete = models.BooleanField(_("complet"), default=True)
    state = models.CharField(_("état"), max_length=9, choices=State.choices, default=State.READING)
    # Why it was refused, failed, or waits for a confirmation; a sentence for people
    sentence = models.CharField(max_length=400, blank=True)
    actor = models.ForeignKey(
        Person, verbose_name=_("demandé par"), on_delete=models.SET_NULL, null=True, editable=False, related_name="+",
        db_index=False,
    )  # fmt: skip
    confirmed_by = models.ForeignKey(
        Person, verbose_name=_("confirmé par"), on_delete=models.SET_NULL, null=True, editable=False, related_name="+",
        db_index=False,
    )  # fmt: skip
    # Of an import of the whole region, its number there
    regional = models.BigIntegerField(null=True, editable=False)
    year = models.ForeignKey(SchoolYear, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    # The day that the source says it was made on
    made_on = models.DateField(_("fait le"), null=True)
    options = models.JSONField(default=dict, editable=False)
    counts = models.JSONField(default=dict, editable=False)
    report = models.JSONField(default=dict, editable=False)
    # Where what was sent waits, in the storage of imports; empty once it is deleted
    stored_name = models.CharField(max_length=200, blank=True, editable=False)
    # The work of core.jobs that reads or applies it
    work = models.BigIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("reçu le"), default=timezone.now)
    applied_at = models.DateTimeField(_("appliqué le"), null=True)
    undone_at = models.DateTimeField(_("annulé le"), null=True)

    class Meta:
        verbose_name = _("import")
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.label

    @property
    def is_moving(self) -> bool:
        """Whether a worker has it, so that its page asks again by itself."""
        return self.state in {State.READING, State.APPLYING}

    @property
    def can_apply(self) -> bool:
        return self.state in {State.READY, State.WAITING}


class Kind(models.TextChoices):
    PUPIL = "pupil", _("Élèves")
    GUARDIAN = "guardian", _("Responsables")
    STAFF = "staff", _("Personnels")
    RELATION = "relation", _("Liens de responsabilité")
    CLASS = "class", _("Classes")
    GROUP = "group", _("Groupes")
    MEMBERSHIP = "membership", _("Appartenances")
    SERVICE = "service", _("Services d’enseignement")
    SUBJECT = "subject", _("Matières")
    REMARK = "remark", _("Remarques")
    IDENTITY = "identity", _("Identités")


class Action(models.TextChoices):
    CREATED = "created", _("Créés")
    UPDATED = "updated", _("Modifiés")
    SUSPENDED = "suspended", _("Retirés")
    RETURNED = "returned", _("De retour")
    HELD = "held", _("En attente d’une décision")
    REFUSED = "refused", _("Refusés")
    DANGLING = "dangling", _("Références sans suite")
    NOTE = "note", _("Remarques")


class Change(models.Model):
    """A part of what an import does to one kind of thing: up to `engine.changes.PART` items, in order of name.

    Before it is applied the difference to be shown, afterwards also what undoing it needs. `items` is a list of
    `{"id", "table", "label", "detail", "before": {column: value}, "after": {column: value}}`; of what is created only
    `label` and `detail` are told, and `ids` of one table.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="changes", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    action = models.CharField(max_length=9, choices=Action.choices)
    # The database table of `ids`; a kind may have several (memberships of classes and of groups)
    table = models.CharField(max_length=63, blank=True)
    part = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)
    ids = ArrayField(models.BigIntegerField(), default=list)
    items = models.JSONField(default=list)

    class Meta:
        verbose_name = _("changement importé")
        ordering = ("run", "kind", "action", "table", "part")
        indexes = [models.Index(fields=["run", "kind", "action"], name="imports_change_of_run")]

    def __str__(self) -> str:
        return f"{self.kind} {self.action} ({self.size})"


class Identity(models.Model):
    """How a source calls a person: `aaf.12:3400017`, `siecle.12:837984`, `ine:1234567890A`.

    `main` is the key of a record; the others are further ids that it carries. `gone_since`: the source no longer
    tells of the person. `roles` are those that the source gave last, so that what the school added stays.
    """

    key = models.CharField(max_length=120)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identities", db_index=False)
    source = models.CharField(max_length=12, choices=Source.choices)
    kind = models.CharField(max_length=10, blank=True)
    main = models.BooleanField(default=True)
    roles = ArrayField(models.CharField(max_length=20), default=list)
    gone_since = models.DateField(null=True)
    # The last import that wrote this row
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("identité dans une source")
        constraints = [models.UniqueConstraint(fields=["key"], name="imports_identity_key")]

    def __str__(self) -> str:
        return self.key


class Decision(models.TextChoices):
    PENDING = "pending", _("À décider")
    SAME = "same", _("La même personne")
    DIFFERENT = "different", _("Deux personnes")


class Pairing(models.Model):
    """A record of a source that may be somebody whom the school knows. Decided by a person, remembered for ever.

    `incoming` is the record as sent; `evidence` is {"same": [field], "other": [field], "missing": [field]}.
    """

    key = models.CharField(max_length=120)
    source = models.CharField(max_length=12, choices=Source.choices)
    kind = models.CharField(max_length=10)
    incoming = models.JSONField(default=dict)
    candidate = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="pairings", db_index=False)
    evidence = models.JSONField(default=dict)
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="pairings", db_index=False)
    decision = models.CharField(max_length=9, choices=Decision.choices, default=Decision.PENDING)
    decided_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("rapprochement")
        ordering = ("found_at", "id")
        constraints = [models.UniqueConstraint(fields=["key", "candidate"], name="imports_pairing_once")]

    def __str__(self) -> str:
        return f"{self.key} → {self.candidate_id}"


class Merge(models.Model):
    """Two profiles found to be one human: what moved from one to the other, so that it can move back."""

    kept = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    gone = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    # {"table.column": [pk]} that moved; {"table.column": [pk]} that stayed because `kept` had the like
    moved = models.JSONField(default=dict)
    left = models.JSONField(default=dict)
    # {"kept": {column: value}, "gone": {column: value}}: what else was changed of the two rows
    before: Any = models.JSONField(default=dict)
    actor = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    merged_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("fusion de fiches")
        ordering = ("-merged_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="imports_merge_once"),
            models.CheckConstraint(condition=~Q(kept=models.F("gone")), name="imports_merge_two"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"
