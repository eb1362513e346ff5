"""Years, classes, groups, subjects, who teaches what to whom, and rooms."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.people.models import Person
from core.structure.turning.models import YearPlan as YearPlan


def _ordered(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name=name)


class SchoolYear(models.Model):
    label = models.CharField(_("année scolaire"), max_length=20, unique=True)
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))
    is_current = models.BooleanField(_("en cours"), default=False)

    class Meta:
        verbose_name = _("année scolaire")
        ordering = ("-starts_on",)
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="year_one_current"
            ),
            _ordered("year_dates"),
        ]

    def __str__(self) -> str:
        return self.label


class Period(models.Model):
    """A trimestre or semestre of a school year."""

    year = models.ForeignKey(SchoolYear, on_delete=models.CASCADE, related_name="periods")
    number = models.PositiveSmallIntegerField(_("rang"))
    name = models.CharField(_("nom"), max_length=40)
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))

    class Meta:
        verbose_name = _("période")
        ordering = ("year", "number")
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="period_number_once"),
            _ordered("period_dates"),
        ]

    def __str__(self) -> str:
        return self.name


class Closure(models.Model):
    """Days on which this school is closed by its own choice, both included: « Journée pédagogique »."""

    year = models.ForeignKey(SchoolYear, on_delete=models.CASCADE, related_name="closures")
    name = models.CharField(_("motif"), max_length=60)
    starts_on = models.DateField(_("premier jour"))
    ends_on = models.DateField(_("dernier jour"))

    class Meta:
        verbose_name = _("jour de fermeture")
        ordering = ("starts_on", "pk")
        constraints = [_ordered("closure_dates")]

    def __str__(self) -> str:
        return self.name


class Subject(models.Model):
    """A matière; `code` is the national one when the school has it."""

    code = models.CharField(_("code"), max_length=12, blank=True)
    name = models.CharField(_("nom"), max_length=100)
    short_name = models.CharField(_("abrégé"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("matière")
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["name"], name="subject_name_once")]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    name = models.CharField(_("nom"), max_length=40)
    building = models.CharField(_("bâtiment"), max_length=40, blank=True)
    capacity = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)

    class Meta:
        verbose_name = _("salle")
        ordering = ("building", "name")
        constraints = [models.UniqueConstraint(fields=["building", "name"], name="room_once")]

    def __str__(self) -> str:
        return self.name


class SchoolClass(models.Model):
    """A classe (division) of one school year."""

    year = models.ForeignKey(SchoolYear, on_delete=models.PROTECT, related_name="classes")
    name = models.CharField(_("nom"), max_length=40)
    level = models.CharField(_("niveau"), max_length=40, blank=True)
    # What imports call it, whatever name the school gives it
    code = models.CharField(_("code d’import"), max_length=60, blank=True, db_default="", editable=False)

    class Meta:
        verbose_name = _("classe")
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["year", "name"], name="class_once_a_year")]

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """A groupe of pupils of one or several classes (language, option, project)."""

    year = models.ForeignKey(SchoolYear, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(_("nom"), max_length=40)
    subject = models.ForeignKey(
        Subject,
        verbose_name=_("matière"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="groups",
    )
    classes = models.ManyToManyField(
        SchoolClass, verbose_name=_("classes"), blank=True, related_name="groups"
    )
    code = models.CharField(_("code d’import"), max_length=60, blank=True, db_default="", editable=False)
    # Who belongs to it by itself: {"levels": [str], "classes": [pk], "studies": [code]}; empty: chosen by hand
    rule = models.JSONField(_("règle"), default=dict, db_default={}, blank=True, editable=False)

    class Meta:
        verbose_name = _("groupe")
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["year", "name"], name="group_once_a_year")]

    def __str__(self) -> str:
        return self.name


class _Attendance(models.Model):
    """Being in a class or a group from a day to a day (open while `ends_on` is empty)."""

    starts_on = models.DateField(_("depuis le"), default=timezone.localdate)
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    # The import that keeps it ("aaf", "siecle"…), "rule" for a group's rule; empty for what people entered
    source = models.CharField(max_length=12, blank=True, db_default="", editable=False)

    class Meta:
        abstract = True


class ClassMembership(_Attendance):
    class Kind(models.TextChoices):
        PUPIL = "pupil", _("Élève")
        MAIN_TEACHER = "main_teacher", _("Professeur principal")

    school_class = models.ForeignKey(SchoolClass, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="class_memberships")
    kind = models.CharField(_("qualité"), max_length=12, choices=Kind.choices, default=Kind.PUPIL)

    class Meta:
        verbose_name = _("appartenance à une classe")
        constraints = [
            models.UniqueConstraint(
                fields=["school_class", "person", "kind"], condition=Q(ends_on=None), name="class_member_once"
            ),
            _ordered("class_member_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.school_class}"


class GroupMembership(_Attendance):
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="group_memberships")

    class Meta:
        verbose_name = _("appartenance à un groupe")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(ends_on=None), name="group_member_once"
            ),
            _ordered("group_member_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.group}"


class TeachingService(models.Model):
    """Who teaches which subject to which class or group, from when to when."""

    teacher = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="services")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="services")
    school_class = models.ForeignKey(
        SchoolClass, on_delete=models.CASCADE, null=True, blank=True, related_name="services"
    )
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, blank=True, related_name="services")
    starts_on = models.DateField(_("depuis le"))
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    source = models.CharField(max_length=12, blank=True, db_default="", editable=False)

    class Meta:
        verbose_name = _("service d’enseignement")
        constraints = [
            models.CheckConstraint(
                condition=Q(school_class=None, group__isnull=False)
                | Q(school_class__isnull=False, group=None),
                name="service_class_or_group",
            ),
            _ordered("service_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.teacher} · {self.subject} · {self.school_class or self.group}"


class Substitution(models.Model):
    """Another teacher covers a service between two dates, and sees what its holder sees."""

    service = models.ForeignKey(TeachingService, on_delete=models.CASCADE, related_name="substitutions")
    substitute = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="substitutions")
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))

    class Meta:
        verbose_name = _("remplacement")
        ordering = ("starts_on",)
        constraints = [_ordered("substitution_dates")]

    def __str__(self) -> str:
        return f"{self.substitute} → {self.service}"
