"""The mails about an account: what each says, and its two forms (plain text and HTML)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Kind:
    """`text` and `after` may name `%(login)s`, `%(other)s` and `%(school)s`; `button` stands on the link, if any."""

    subject: Text
    text: Text
    button: Text = ""
    after: Text = ""


_NOT_YOU = _(
    "Si ce n’est pas vous, changez votre mot de passe tout de suite et prévenez la personne qui s’occupe "
    "du numérique dans votre établissement."
)

# Named as allauth names its templates.
KINDS: Mapping[str, Kind] = {
    "password_reset_key": Kind(
        _("Choisir un nouveau mot de passe"),
        _("Vous avez demandé à choisir un nouveau mot de passe pour le compte «\u00a0%(login)s\u00a0»."),
        _("Choisir un mot de passe"),
        _("Ce lien sert une seule fois, pendant deux heures. Si vous n’avez rien demandé, ne faites "
          "rien\u00a0: votre mot de passe ne change pas."),
    ),
    "email_confirmation": Kind(
        _("Confirmer votre adresse"),
        _("Cette adresse a été indiquée pour le compte «\u00a0%(login)s\u00a0»."),
        _("Confirmer cette adresse"),
        _("Si vous n’avez rien demandé, ne faites rien\u00a0: l’adresse ne sera pas utilisée."),
    ),
    "password_changed": Kind(
        _("Votre mot de passe a changé"),
        _("Le mot de passe du compte «\u00a0%(login)s\u00a0» vient d’être changé."), after=_NOT_YOU,
    ),
    "password_set": Kind(
        _("Votre compte a un mot de passe"),
        _("Un mot de passe vient d’être choisi pour le compte «\u00a0%(login)s\u00a0»."), after=_NOT_YOU,
    ),
    "password_reset": Kind(
        _("Votre mot de passe a changé"),
        _("Le mot de passe du compte «\u00a0%(login)s\u00a0» vient d’être changé par un lien reçu à cette "
          "adresse."),
        after=_NOT_YOU,
    ),
    "email_changed": Kind(
        _("Votre adresse a changé"),
        _("Le compte «\u00a0%(login)s\u00a0» utilise désormais une autre adresse."), after=_NOT_YOU,
    ),
    "new_device": Kind(
        _("Connexion depuis un nouvel appareil"),
        _("Le compte «\u00a0%(login)s\u00a0» vient d’être ouvert depuis un navigateur que nous ne connaissions "
          "pas\u00a0: %(other)s. Si c’est vous, il n’y a rien à faire."),
        _("Voir et fermer mes sessions"),
        _NOT_YOU,
    ),
    "recovery_code": Kind(
        _("Un code de récupération a été fait pour vous"),
        _("%(school)s vient de faire un code qui donne un nouveau mot de passe au compte «\u00a0%(login)s\u00a0». Il "
          "sert une fois, pendant un jour."),
        after=_("Si vous n’avez rien demandé, prévenez l’établissement tout de suite."),
    ),
    "accounts_joined": Kind(
        _("Vos comptes sont réunis"),
        _("Le compte «\u00a0%(other)s\u00a0» a été réuni à «\u00a0%(login)s\u00a0», qui ouvre maintenant tous leurs "
          "établissements. «\u00a0%(other)s\u00a0» est fermé."),
        after=_("Ce n’est pas vous\u00a0? Pendant trente jours, «\u00a0Mon compte\u00a0» permet de les séparer. "
                "Prévenez votre établissement."),
    ),
    "accounts_separated": Kind(
        _("Vos comptes sont séparés"),
        _("Le compte «\u00a0%(other)s\u00a0» est de nouveau ouvert, avec ses établissements et son mot de passe. "
          "«\u00a0%(login)s\u00a0» garde les autres."),
        after=_NOT_YOU,
    ),
    "profile_linked": Kind(
        _("Votre compte ouvre un établissement de plus"),
        _("%(school)s vous connaît sous la même identité que vos autres établissements\u00a0: le compte "
          "«\u00a0%(login)s\u00a0» l’ouvre aussi, avec le même mot de passe."),
        _("Voir mes établissements"),
        _("Ce n’est pas vous\u00a0? Pendant trente jours, vous pouvez séparer ce profil de votre compte."),
    ),
    "totp_activated": Kind(
        _("Double vérification activée"),
        _("Une application d’authentification protège maintenant le compte «\u00a0%(login)s\u00a0»."),
        after=_NOT_YOU,
    ),
    "totp_deactivated": Kind(
        _("Application d’authentification retirée"),
        _("L’application d’authentification du compte «\u00a0%(login)s\u00a0» vient d’être retirée."),
        after=_NOT_YOU,
    ),
    "webauthn_added": Kind(
        _("Clé d’accès ajoutée"),
        _("Une clé d’accès vient d’être ajoutée au compte «\u00a0%(login)s\u00a0»."), after=_NOT_YOU,
    ),
    "webauthn_removed": Kind(
        _("Clé d’accès retirée"),
        _("Une clé d’accès vient d’être retirée du compte «\u00a0%(login)s\u00a0»."), after=_NOT_YOU,
    ),
    "recovery_codes_generated": Kind(
        _("Nouveaux codes de secours"),
        _("De nouveaux codes de secours viennent d’être créés pour le compte «\u00a0%(login)s\u00a0». Les "
          "anciens ne servent plus."),
        after=_NOT_YOU,
    ),
}  # fmt: skip


def send(kind: str, to: str, *, login: str, url: str = "", school: str = "", other: str = "") -> None:
    """Send one of KINDS. Raises KeyError for a kind that is not ours."""
    told = KINDS[kind]
    names = {"login": login, "school": school, "other": other}
    context = {
        "subject": told.subject, "text": str(told.text) % names, "button": told.button, "url": url,
        "after": str(told.after), "product": "Préau", "region": settings.REGION_NAME,
    }  # fmt: skip
    message = EmailMultiAlternatives(str(told.subject), render_to_string("accounts/mail/message.txt", context), to=[to])
    message.attach_alternative(render_to_string("accounts/mail/message.html", context), "text/html")
    message.send()
