"""The sentences that refuse: every one says what to do, and nothing has been changed when it is raised."""

from django.utils.translation import gettext as _

from tenants.errors import DomainError


class ArchiveRefused(DomainError):
    """A bundle, or what was asked to be done with it, is not acceptable."""


def refused(code: str, message: str) -> ArchiveRefused:
    return ArchiveRefused(f"archive-{code}", message)


def not_a_bundle() -> ArchiveRefused:
    return refused("form", _("Ce fichier n’est pas une archive de Préau. Vérifiez que vous avez choisi le bon."))


def altered(what: str) -> ArchiveRefused:
    return refused(
        "altered",
        _("L’archive est abîmée ou a été modifiée (%(what)s). Reprenez-la depuis une autre copie.") % {"what": what},
    )
