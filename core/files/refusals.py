"""Why a file is not taken, in sentences that say what to do instead."""

from django.utils.translation import gettext as _

from core.errors import DomainError


class Refused(DomainError):
    """A file that is not kept. `code` is one of the functions below."""


def empty() -> Refused:
    return Refused("file-empty", _("Ce fichier est vide. Vérifiez-le, puis déposez-le de nouveau."))


def too_large(limit_mb: int) -> Refused:
    return Refused(
        "file-too-large",
        _("Ce fichier est trop lourd\u00a0: %(limit)d\u00a0Mo au plus.") % {"limit": limit_mb},
    )


def not_an_image() -> Refused:
    return Refused(
        "file-type", _("Ce fichier n’est pas une image. Déposez une image JPEG, PNG, WebP ou GIF.")
    )


def unknown_type() -> Refused:
    return Refused(
        "file-type",
        _(
            "Ce type de fichier n’est pas accepté. Déposez un PDF, un texte, un tableur, une présentation, "
            "une image, un son ou une vidéo."
        ),
    )


def old_office() -> Refused:
    return Refused(
        "file-type",
        _("Cet ancien format de document n’est pas accepté. Enregistrez-le en PDF, .docx ou .odt."),
    )


def heic() -> Refused:
    return Refused("file-type", _("Les photos HEIC ne sont pas acceptées. Enregistrez la photo en JPEG."))


def archive() -> Refused:
    return Refused("file-archive", _("Les archives ne sont pas acceptées. Déposez les fichiers un par un."))


def unsafe() -> Refused:
    return Refused("file-unsafe", _("Ce fichier n’est pas sûr\u00a0: il n’a pas été gardé."))


def macros() -> Refused:
    return Refused(
        "file-macros",
        _("Ce document contient des macros. Enregistrez-le sans macros ou en PDF, puis déposez-le."),
    )


def protected() -> Refused:
    return Refused(
        "file-protected", _("Ce document est protégé par un mot de passe. Déposez-le sans protection.")
    )


def damaged() -> Refused:
    return Refused("file-damaged", _("Ce fichier est abîmé ou incomplet. Ouvrez-le pour le vérifier."))


def too_many_pixels(millions: int) -> Refused:
    return Refused(
        "image-too-large",
        _("Cette image est trop grande\u00a0: %(millions)d\u00a0millions de points au plus. Réduisez-la.")
        % {"millions": millions},
    )
