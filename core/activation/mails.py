"""The invitation by mail: a few lines in two forms, with what lets a mail that comes back find its person."""

from email.header import Header
from email.utils import formataddr, parseaddr
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.activation.letters.content import PATH
from core.activation.standings import Member, State
from core.modules import words
from core.modules.state import Modules
from core.notifications.channels.email import references
from core.notifications.channels.text import one_line
from core.people.choices import Role
from core.ui import colour
from tenants.accounts import codes
from tenants.establishments.hosts import school_url
from tenants.establishments.models import Establishment


def invitation(
    member: Member, code: str, establishment: Establishment, modules: Modules, *, message: UUID
) -> EmailMultiAlternatives:
    """The mail to one person. For who was invited before, it says that it is a reminder."""
    context = _context(member, code, establishment, modules)
    subject = context["subject"]
    mail = EmailMultiAlternatives(
        subject=subject if subject.isascii() else Header(subject, "utf-8", maxlinelen=66).encode(linesep=""),
        body=render_to_string("activation/mail/invitation.txt", context),
        from_email=references.return_path(establishment.uai, member.person.pk),
        to=[member.person.email],
        headers={
            "From": formataddr((one_line(establishment.display_name, 60), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
            "Message-ID": references.message_id(message, establishment.uai, member.person.pk),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": "fr",
        },
    )
    mail.attach_alternative(render_to_string("activation/mail/invitation.html", context), "text/html")
    return mail


def _context(member: Member, code: str, establishment: Establishment, modules: Modules) -> dict[str, str]:
    again = member.state == State.INVITED
    digits = colour.normalise(establishment.accent_colour) or colour.DEFAULT_ACCENT
    until = localtime(codes.expiry(codes.Purpose.ACTIVATE, codes.Way.MAIL, localtime()))
    school = establishment.display_name
    return {
        "subject": (_("Rappel\u00a0: votre accès à %(school)s") if again else _("Votre accès à %(school)s"))
        % {"school": one_line(school, 80)},
        "name": member.person.full_name,
        "why": _why(member, school),
        "school": establishment.full_name,
        "code": code,
        "url": school_url(establishment, f"{PATH}?code={code}"),
        "until": date_format(until, "j F Y"),
        "help": modules["activation"].settings["help"] or _("le secrétariat ou le référent numérique"),
        "accent": f"#{colour.light_tones(digits).accent.lstrip('#')}",
    }


def _why(member: Member, school: str) -> str:
    if Role.GUARDIAN in member.person.roles and member.children:
        children = words.listed(child.first_name for child in member.children)
        return _("%(school)s vous ouvre son espace numérique\u00a0: vous y retrouvez ce qui concerne %(children)s.") % {
            "school": school, "children": children,
        }  # fmt: skip
    return _("%(school)s vous ouvre son espace numérique. Il ne reste qu’à choisir votre mot de passe.") % {
        "school": school
    }
