"""Roles and relations, with the national codes they come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is in a school; several at once are usual (a teacher who is also a guardian)."""

    PUPIL = "pupil", _("Élève")
    GUARDIAN = "guardian", _("Responsable")
    TEACHER = "teacher", _("Enseignant")
    SCHOOL_LIFE = "school_life", _("Vie scolaire")
    MANAGEMENT = "management", _("Direction")
    ADMINISTRATIVE = "administrative", _("Administratif")
    DIGITAL_REFERENT = "digital_referent", _("Référent numérique")
    PARTNER = "partner", _("Partenaire")


STAFF = frozenset(
    {Role.TEACHER, Role.SCHOOL_LIFE, Role.MANAGEMENT, Role.ADMINISTRATIVE, Role.DIGITAL_REFERENT}
)
# The second factor is required of these (and of every regional role).
PRIVILEGED = frozenset({Role.MANAGEMENT, Role.DIGITAL_REFERENT})


class Civility(models.TextChoices):
    MADAM = "Mme", _("Mme")
    SIR = "M.", _("M.")


class Kinship(models.TextChoices):
    """How a guardian is related to a child. Values are the AAF `lien` codes in force."""

    MOTHER = "10", _("Mère")
    FATHER = "20", _("Père")
    SIBLING = "37", _("Fratrie")
    ASCENDANT = "38", _("Ascendant")
    OTHER_FAMILY = "39", _("Autre membre de la famille")
    EDUCATOR = "41", _("Éducateur")
    FOSTER = "42", _("Assistant familial")
    CARER = "43", _("Garde d’enfant")
    TUTOR = "50", _("Tuteur")
    CHILD_WELFARE = "51", _("Aide sociale à l’enfance")
    SELF = "70", _("Lui-même")
    OTHER = "90", _("Autre lien")


class Authority(models.TextChoices):
    """AAF `légal`: 1 legal responsible, 2 person in charge, otherwise a contact without rights."""

    LEGAL = "1", _("Responsable légal")
    IN_CHARGE = "2", _("Personne en charge")
    CONTACT = "0", _("Contact")
