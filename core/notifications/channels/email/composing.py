"""A message as a mail: headers, plain text, HTML. No remote image, nothing that tells whether it was opened."""

import textwrap
from dataclasses import dataclass
from email.header import Header
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core.modules.state import Modules
from core.notifications import rules
from core.notifications.channels import places
from core.notifications.channels.email import references, unsubscribe
from core.notifications.channels.email.layout import (
    LISTED,
    Group,
    Line,
    Part,
    groups_of,
    line_of,
    moment,
    parts_of,
    subject_of,
)
from core.notifications.channels.text import one_line
from core.notifications.messages import Message
from core.ui import colour
from tenants.establishments.hosts import school_url

WIDTH = 72
_NAME = 60
_ANSWERED = gettext_lazy("Vous pouvez répondre à ce courriel\u00a0: votre réponse part dans la messagerie.")


@dataclass(frozen=True, kw_only=True)
class Content:
    """What both forms of the mail are made of. `one` is set where there is a single thing to tell."""

    title: str
    school: str
    one: Line | None
    about: str  # the children of the single thing
    moment: str
    groups: list[Group]
    more: str  # « Et 12 autres nouvelles »
    list_url: str
    why: list[str]
    preferences_url: str
    unsubscribe_url: str


def compose(message: Message, address: str, modules: Modules) -> EmailMultiAlternatives:
    """The mail to send. The same message gives the same Message-ID."""
    reply_to = _reply_to(message, modules)
    content = content_of(message, modules, answered=bool(reply_to))
    mail = EmailMultiAlternatives(
        subject=_encoded(subject_of(message)),
        body=as_text(content),
        from_email=references.return_path(message.establishment.uai, message.person.pk),
        to=[address],
        reply_to=[reply_to] if reply_to else None,
        headers=_headers(message, content),
    )
    html = render_to_string("notifications/mail/message.html", {"content": content, **_looks(message)})
    mail.attach_alternative("\n".join(line.strip() for line in html.splitlines() if line.strip()), "text/html")
    return mail


def _encoded(subject: str) -> str:
    """In short encoded words (RFC 2047): Python would leave the header's first line empty before a long one."""
    return subject if subject.isascii() else Header(subject, "utf-8", maxlinelen=66).encode(linesep="")


def _headers(message: Message, content: Content) -> dict[str, str]:
    school = one_line(message.establishment.display_name, _NAME)
    headers = {
        "From": formataddr((school, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        "Message-ID": references.message_id(message.id, message.establishment.uai, message.person.pk),
        "Auto-Submitted": "auto-generated",  # RFC 3834: no machine answers a machine
        "X-Auto-Response-Suppress": "All",  # the same, for Exchange
        "Content-Language": get_language() or settings.LANGUAGE_CODE,
    }
    if message.urgent:
        headers |= {"Importance": "high"}
    if content.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{content.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _reply_to(message: Message, modules: Modules) -> str:
    """Where the mail may be answered, when it tells of one thing whose kind takes answers; "" otherwise."""
    if message.is_digest:
        return ""
    event = message.items[0].row.event
    kind = rules.kind_of(event.kind)
    return str(import_string(kind.reply_to)(event, message.person, modules)) if kind and kind.reply_to else ""


def content_of(message: Message, modules: Modules, *, answered: bool = False) -> Content:
    """`answered`: the mail may be answered, and says so."""
    parts = parts_of(message)
    items = [item for part in parts for item in part.items]
    # Signed for one school only: a digest of several leads to the preferences instead.
    kinds = unsubscribe.silenceable(message, modules) if len(parts) == 1 else []
    hidden = sum(item.count for item in items[LISTED:])
    one = items[0] if len(items) == 1 else None
    return Content(
        title=one_line(one.title, 160) if one else subject_of(message),
        school=", ".join(part.school for part in parts),
        one=line_of(one) if one else None,
        about=one_line(one.child_names, 160) if one else "",
        moment=moment(one.happened_at) if one else "",
        groups=[] if one else groups_of(parts),
        more=ngettext("Et %(count)d autre nouvelle", "Et %(count)d autres nouvelles", hidden) % {"count": hidden}
        if hidden
        else "",
        list_url=school_url(message.establishment, places.LIST),
        why=[*([str(_ANSWERED)] if answered else []), *_why(message, parts, modules)],
        preferences_url=school_url(message.establishment, places.preferences()),
        unsubscribe_url=unsubscribe.link(message, kinds) if kinds else "",
    )


def _why(message: Message, parts: list[Part], modules: Modules) -> list[str]:
    """Whom the mail is for, in what quality, and what it is about: mailboxes are shared in families."""
    children = sorted({child.first_name for item in message.items for child in item.children})
    schools = ", ".join(part.school for part in parts)
    facts: dict[str, Any] = {"name": one_line(message.person.full_name, _NAME), "school": schools}
    if children:
        facts["children"] = one_line(", ".join(children), 2 * _NAME)
        first = _("Ce message s’adresse à %(name)s, responsable de %(children)s (%(school)s).") % facts
    else:
        first = _("Ce message s’adresse à %(name)s (%(school)s).") % facts
    told = {item.row.event.kind: rules.kind_of(item.row.event.kind) for item in message.items}
    labels = [f"«\u00a0{kind.label}\u00a0»" for kind in told.values() if kind]
    why = [first, _("Vous le recevez parce que\u00a0: %(kinds)s.") % {"kinds": ", ".join(labels)}]
    if len(parts) == 1 and unsubscribe.all_imposed(message, modules):
        why.append(_("Votre établissement envoie toujours ce type d’information\u00a0: il ne se désactive pas."))
    return why


def _looks(message: Message) -> dict[str, Any]:
    """The school's colour, with contrast kept on light and on dark grounds."""
    digits = colour.normalise(message.establishment.accent_colour) or colour.DEFAULT_ACCENT
    return {"light": colour.light_tones(digits), "dark": colour.dark_tones(digits)}


# --- Plain text -------------------------------------------------------------------------------------------
def as_text(content: Content) -> str:
    """Lines of at most 72 characters, but links, which stand alone on theirs."""
    lines = [*_wrapped(content.school), ""]
    lines += _text_of_one(content, content.one) if content.one else _text_of_digest(content)
    lines += ["", "-- ", *(line for sentence in content.why for line in _wrapped(sentence)), ""]
    lines += [_("Choisir ce que vous recevez\u00a0:"), content.preferences_url]
    if content.unsubscribe_url:
        lines += ["", _("Ne plus recevoir ces courriels\u00a0:"), content.unsubscribe_url]
    return "\n".join(lines) + "\n"


def _text_of_one(content: Content, line: Line) -> list[str]:
    lines = [_("URGENT")] if line.marked else []
    if content.about:
        lines += _wrapped(content.about)
    lines += [*_wrapped(line.title), content.moment]
    if line.text:
        lines += ["", *_wrapped(line.text)]
    return [*lines, "", f"{line.action}\u00a0:", line.url]


def _text_of_digest(content: Content) -> list[str]:
    lines = _wrapped(content.title)
    for group in content.groups:
        if group.heading:
            heading = _wrapped(group.heading)
            lines += ["", *heading, "=" * max(len(line) for line in heading)]
        for day in group.days:
            lines += ["", day.label]
            for line in day.lines:
                lines += ["", *_text_of_line(line)]
    if content.more:
        lines += ["", f"{content.more}\u00a0:", content.list_url]
    return lines


def _text_of_line(line: Line) -> list[str]:
    mark = f"{_('URGENT')} " if line.marked else ""
    text = _wrapped(f"* {line.time} {mark}{line.title}", indent="  ")
    if line.text:
        text += _wrapped(f"  {line.text}", indent="  ")
    return [*text, f"  {line.url}"]


def _wrapped(text: str, *, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    ) or [""]
