"""What the pages of writing are made of: recipients, candidates, the preview, words to begin with."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.people.web import number_in, words_in
from core.permissions.viewer import Viewer, viewer_of
from modules.messaging.audience import finding, lines
from modules.messaging.audience.lines import Line
from modules.messaging.audience.permitted import strangers
from modules.messaging.audience.preview import preview
from modules.messaging.choices import Weight
from modules.messaging.forms import WritingForm
from modules.messaging.models import Correspondent, Draft, Message, Template
from modules.messaging.services import drafts, hours, templates
from modules.messaging.views.filing import sentence_of

_MB = 1024 * 1024


def first_words(viewer: Viewer) -> dict[str, Any]:
    """A new message: the signature, below room to write."""
    own = Correspondent.objects.filter(person=viewer.person).values_list("signature", flat=True).first()
    return {"body": f"\n\n{own}" if own else "", "replies": "all", "version": 0}


def given_lines(request: HttpRequest) -> list[Line]:
    """Recipients that the address names (`?a=person:12`), for links of other pages; strangers are left out."""
    given = [line_named(text, "to") for text in request.GET.getlist("a")[:5]]
    unknown = set(strangers(viewer_of(request), given))
    return [line for n, line in enumerate(given) if n not in unknown]


def line_named(text: str, on: str) -> Line:
    """« kind:id:who:child » of a button as a line. Raises DomainError for what makes no sense."""
    kind, key, who, child = [*text.split(":"), "", "", ""][:4]
    raw = {"kind": kind, "id": key, "who": who, "as": on} | ({"child": child} if child else {})
    return lines.parse([raw])[0]


def context(request: HttpRequest, key: UUID, form: WritingForm) -> dict[str, Any]:
    """All that the page of a message shows."""
    viewer = viewer_of(request)
    draft = form.draft
    kept = lines.parse(draft.lines) if draft else tuple(given_lines(request))
    pairs = zip(kept, lines.in_words(kept), strict=True)
    chips = [{"number": n, "on": line.as_, "words": words} for n, (line, words) in enumerate(pairs)]
    return {
        "key": key, "form": form, "draft": draft, "chips": chips,
        "preview": preview(viewer, kept) if kept else None,
        "quota": quota_in_words(viewer), "template_rows": templates_of(viewer),
        "name": viewer.modules["messaging"].name,
        "leaves": leaves_in_words(viewer, draft), "query": request.GET.urlencode(),
        "is_waiting": bool(draft and draft.state in drafts.WAITING),
        "standing": sentence_of(draft) if draft else "",
        **found(request),
    }  # fmt: skip


def found(request: HttpRequest) -> dict[str, Any]:
    """Candidates for what is searched for."""
    words = words_in(request)
    rows = finding.candidates(viewer_of(request), words) if words.strip() else []
    return {"words": words, "candidates": [(one, button_value(one)) for one in rows]}


def button_value(one: Any) -> str:
    child = getattr(one, "child", None)
    return f"add-{one.kind}:{one.id}:{one.who or ''}:{child or ''}"


def templates_of(viewer: Viewer) -> list[Template]:
    return list(Template.objects.filter(Q(person=viewer.person) | Q(person=None)))


def begin_with(request: HttpRequest, draft: Draft) -> None:
    """The words of a template, under what is written already; its subject where there is none."""
    viewer = viewer_of(request)
    chosen = number_in(request.POST.get("template"))
    template = next((one for one in templates_of(viewer) if one.pk == chosen), None)
    if template is None:
        return
    filled = templates.fill(viewer=viewer, template=template, lines=lines.parse(draft.lines))
    body = "\n\n".join(part for part in (filled.body, draft.body.strip()) if part)
    drafts.save(
        viewer=viewer, key=draft.key, version=draft.version, body=body, subject=draft.subject or filled.subject
    )


# --- In words ---------------------------------------------------------------------------------------------
def quota_in_words(viewer: Viewer) -> str:
    most = int(viewer.modules["messaging"].settings["quota_mb"])
    used = drafts.used_bytes(viewer)
    return _("%(used)s\u00a0Mo utilisés sur %(most)s\u00a0Mo.") % {"used": -(-used // _MB), "most": most}


def leaves_in_words(viewer: Viewer, draft: Draft | None) -> str:
    """When it would leave if it were sent now; empty while the messagerie is open."""
    now = timezone.now()
    urgent = bool(draft and draft.weight == Weight.URGENT)
    leaves = hours.leaves_at(viewer, now, urgent=urgent)
    if leaves <= now:
        return ""
    when = {"when": hours.opening_in_words(leaves)}
    if hours.is_night_closed(viewer):
        return _("La messagerie est fermée. Enregistrez votre brouillon\u00a0: vous pourrez l’envoyer %(when)s.") % when
    return _("La messagerie est fermée\u00a0: votre message partira %(when)s.") % when


def sent_in_words(message: Message) -> str:
    sentence = ngettext("Message envoyé.", "Message envoyé à %(n)d personnes.", message.recipients)
    return sentence % {"n": message.recipients}


