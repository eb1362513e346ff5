"""Notes for programs, by the selectors and services of the pages."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import SchoolView
from core.errors import NotAllowed
from modules.liaison import rules, selectors, services
from modules.liaison.api import shapes
from modules.liaison.models import Note
from modules.liaison.selectors.notes import pupils_see_by_default
from modules.liaison.services import ChoiceSpec, Content, Reply, SlotSpec
from tenants.api.operations import PageQuery, operation
from tenants.establishments.hosts import school_url

READ = {"scope": "liaison.read", "permission": "liaison.view"}
WRITE = {"scope": "liaison.write", "permission": "liaison.view"}
ANSWER = {"scope": "liaison.answer", "permission": "liaison.ask"}


class LiaisonView(SchoolView):
    """What the addresses of notes have in common."""

    def shown(self, note: Note) -> Response:
        """The note as it is now, its version in the ETag."""
        fresh = selectors.get_visible_or_404(self.viewer, note.pk)
        self.version = fresh.version
        url = school_url(self.viewer.modules.establishment, reverse("liaison:note", args=[fresh.pk]))
        return self.reply(shapes.whole(fresh, url))

    def with_right(self, pk: int, right: str) -> Note:
        """A note that the viewer sees and with which they may do this. Raises Http404 and NotAllowed."""
        note = selectors.get_visible_or_404(self.viewer, pk)
        if not getattr(selectors.rights_on(self.viewer, note), right):
            raise NotAllowed("not-now", str(_("Cette action n’est pas possible pour ce mot dans son état actuel.")))
        return note

    def writers_only(self) -> None:
        if not rules.writes(self.viewer.codes):
            raise Http404("writes nothing")

    def content(self, sent: dict[str, Any]) -> Content:
        settings = self.viewer.modules["liaison"].settings
        plain = {name: sent[name] for name in ("body", "due_on", "paper", "publish_at") if name in sent}
        return Content(
            kind=sent["kind"],
            title=sent["title"],
            needed=sent.get("needed", settings["done_when"]),
            pupils_see=sent.get("pupils_see", pupils_see_by_default(self.viewer, sent["kind"])),
            audience=shapes.spec(sent.get("audience")),
            choices=[ChoiceSpec(**choice) for choice in sent.get("choices", ())],
            slots_added=[SlotSpec(**slot) for slot in sent.get("slots", ())],
            **plain,
        )


class NotesView(LiaisonView):
    @operation(
        name="liaison.notes",
        summary=_("Les mots aux familles"),
        description=_("Ceux que vous écrivez\u00a0; ou ceux de tous, si vous les suivez (box)."),
        query=shapes.NotesQuery,
        answers=shapes.NoteRow,
        paged=True,
        **READ,
    )
    def get(self, request: Request) -> Response:
        asked = self.asked()
        rows = selectors.followed_notes(
            self.viewer, status=asked["status"] or "", kind=asked["kind"] or "", everyone=asked["box"] == "all"
        )
        piece = self.piece(rows, order=("-pk",), asked=asked)
        return self.reply_piece(piece, [shapes.row(note) for note in piece.rows])

    @operation(
        name="liaison.create",
        summary=_("Écrire un brouillon"),
        description=_("Vous seul le voyez, jusqu’à ce que vous le publiiez."),
        body=shapes.NoteBody,
        answers=shapes.NoteShown,
        status=201,
        **WRITE,
    )
    def post(self, request: Request) -> Response:
        self.writers_only()
        return self.shown(services.create_note(viewer=self.viewer, content=self.content(self.sent())))


class NoteView(LiaisonView):
    @operation(name="liaison.read", summary=_("Un mot"), answers=shapes.NoteShown, **READ)
    def get(self, request: Request, pk: int) -> Response:
        return self.shown(selectors.get_visible_or_404(self.viewer, pk))


class AudienceView(LiaisonView):
    @operation(
        name="liaison.audience",
        summary=_("Compter les familles"),
        description=_("Ce que l’on lit avant de publier. «\u00a0seen\u00a0» en est la preuve."),
        answers=shapes.NoteCount,
        **WRITE,
    )
    def get(self, request: Request, pk: int) -> Response:
        note = self.with_right(pk, "publish")
        return self.reply(shapes.count(selectors.preview_of(note, self.viewer)))


class PublishView(LiaisonView):
    @operation(
        name="liaison.publish",
        summary=_("Publier un mot"),
        description=_("Aussitôt, ou à sa date. Refusé quand les destinataires sont plus nombreux que prévu."),
        body=shapes.SeenNoteBody,
        answers=shapes.NoteShown,
        versioned=True,
        **WRITE,
    )
    def post(self, request: Request, pk: int) -> Response:
        note, version = selectors.get_visible_or_404(self.viewer, pk), self.version_read()
        return self.shown(services.publish(viewer=self.viewer, note=note, version=version, **self.sent()))


class WithdrawView(LiaisonView):
    @operation(
        name="liaison.withdraw",
        summary=_("Retirer un mot"),
        description=_("Les familles ne le voient plus, aussitôt."),
        answers=shapes.NoteShown,
        **WRITE,
    )
    def post(self, request: Request, pk: int) -> Response:
        note = self.with_right(pk, "withdraw")
        return self.shown(services.withdraw(viewer=self.viewer, note=note))


class RemindView(LiaisonView):
    @operation(
        name="liaison.remind",
        summary=_("Relancer les familles"),
        description=_("Celles qui n’ont pas répondu, et elles seules\u00a0; au plus une fois par heure."),
        answers=shapes.Reminded,
        **WRITE,
    )
    def post(self, request: Request, pk: int) -> Response:
        note = self.with_right(pk, "record")
        return self.reply({"families": services.remind(viewer=self.viewer, note=note)})


class AnswersView(LiaisonView):
    @operation(
        name="liaison.answers",
        summary=_("Les réponses aux mots que vous suivez"),
        description=_("Une ligne par mot et par élève, avec ce que chaque responsable a dit."),
        query=shapes.AnswersQuery,
        answers=shapes.AnswerRow,
        paged=True,
        **READ,
    )
    def get(self, request: Request) -> Response:
        asked = self.asked()
        note = self.with_right(asked["note"], "follow") if asked["note"] is not None else None
        rows = selectors.copies_followed(self.viewer, note=note, outcome=asked["outcome"] or "")
        piece = self.piece(rows, order=("pk",), asked=asked)
        return self.reply_piece(piece, [shapes.answers(row) for row in selectors.rows_of(self.viewer, piece.rows)])


# --- Families -------------------------------------------------------------------------------------------
class ReceivedView(LiaisonView):
    @operation(
        name="liaison.received",
        summary=_("Les mots reçus"),
        description=_("Un par enfant. «\u00a0id\u00a0» est ce à quoi l’on répond."),
        query=PageQuery,
        answers=shapes.ReceivedRow,
        paged=True,
        **READ,
    )
    def get(self, request: Request) -> Response:
        rows = selectors.ready(selectors.copies_to_read(self.viewer))
        piece = self.piece(rows, order=("-pk",), asked=self.asked())
        return self.reply_piece(piece, [shapes.received(item) for item in selectors.items_of(self.viewer, piece.rows)])


class _ReceivedOne(LiaisonView):
    def received(self, pk: int) -> Response:
        rows = selectors.ready(selectors.copies_to_read(self.viewer)).filter(pk=pk)
        return self.reply(shapes.received(selectors.items_of(self.viewer, rows)[0]))


class AnswerView(_ReceivedOne):
    @operation(
        name="liaison.answer",
        summary=_("Répondre à un mot"),
        description=_("Deux fois la même réponse n’en font qu’une."),
        body=shapes.AnswerBody,
        answers=shapes.ReceivedRow,
        **ANSWER,
    )
    def post(self, request: Request, pk: int) -> Response:
        copy = selectors.get_copy_or_404(self.viewer, pk)
        services.answer(viewer=self.viewer, copy=copy, reply=Reply(**self.sent()))
        return self.received(pk)


class AcknowledgeView(_ReceivedOne):
    @operation(
        name="liaison.acknowledge",
        summary=_("Prendre connaissance d’un mot"),
        answers=shapes.ReceivedRow,
        **ANSWER,
    )
    def post(self, request: Request, pk: int) -> Response:
        services.acknowledge(viewer=self.viewer, copy=selectors.get_copy_or_404(self.viewer, pk))
        return self.received(pk)
