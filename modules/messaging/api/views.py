"""Messages for programs, by the selectors and services of the pages: the same rules, limits and suspensions.

Reading through here marks nothing as read; that has an address of its own.
"""

from uuid import uuid4

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import SchoolView
from modules.messaging.api import shapes
from modules.messaging.choices import Via
from modules.messaging.models import Attachment, Copy
from modules.messaging.selectors import threads
from modules.messaging.services import programs, reading, sending
from tenants.api.operations import operation
from tenants.establishments.hosts import school_url

READ = {"scope": "messaging.read", "permission": "messaging.view"}
WRITE = {"scope": "messaging.write", "permission": "messaging.write"}
# The whole of a thread, as far as anybody reads one.
LONGEST = 500


class ConversationsView(SchoolView):
    @operation(
        name="messaging.list",
        summary=_("Mes conversations"),
        description=_("Celles d’une boîte, les plus récentes d’abord."),
        query=shapes.ConversationsQuery,
        answers=shapes.MailConversation,
        paged=True,
        **READ,
    )
    def get(self, request: Request) -> Response:
        asked = self.asked()
        rows = Copy.objects.filter(person=self.viewer.person, place=asked["place"], latest=True, hidden=False)
        if asked["unread"]:
            rows = rows.filter(unread=True)
        piece = self.piece(rows.select_related("message", "conversation"), order=("-at", "-pk"), asked=asked)
        return self.reply_piece(piece, [shapes.conversation(copy) for copy in piece.rows])


class ConversationView(SchoolView):
    @operation(name="messaging.read", summary=_("Une conversation"), answers=shapes.MailThread, **READ)
    def get(self, request: Request, pk: int) -> Response:
        found = threads.get_thread_or_404(self.viewer, pk)
        rows = threads.copies_of(self.viewer, found).select_related("message").order_by("-at", "-pk")
        copies = list(rows[:LONGEST])[::-1]
        files: dict[int, list[Attachment]] = {}
        joined = Attachment.objects.filter(message__in=[copy.message_id for copy in copies])
        for attachment in joined.select_related("file"):
            files.setdefault(int(attachment.message_id or 0), []).append(attachment)
        url = school_url(self.viewer.modules.establishment, reverse("messaging:thread", args=[found.pk]))
        shown = [shapes.message(copy, files.get(copy.message_id, [])) for copy in copies]
        return self.reply(
            {"id": found.pk, "subject": found.subject, "replies": found.replies, "messages": shown, "url": url}
        )


class ReadView(SchoolView):
    @operation(
        name="messaging.mark_read",
        summary=_("Marquer une conversation comme lue"),
        description=_("Comme si vous l’aviez ouverte\u00a0: les expéditeurs le voient."),
        answers=shapes.MailRead,
        scope="messaging.write",
        permission="messaging.view",
    )
    def post(self, request: Request, pk: int) -> Response:
        found = threads.get_thread_or_404(self.viewer, pk)
        return self.reply({"fresh": len(reading.open_thread(viewer=self.viewer, conversation=found))})


class MessagesView(SchoolView):
    @operation(
        name="messaging.send",
        summary=_("Envoyer un message"),
        description=_("Avec les mêmes règles, limites et heures que dans les pages."),
        body=shapes.MessageBody,
        answers=shapes.MailSent,
        status=201,
        **WRITE,
    )
    def post(self, request: Request) -> Response:
        sent = self.sent()
        key = sent.pop("key", None) or uuid4()
        given = sent | {"lines": shapes.sent_lines(sent["lines"])}
        made = sending.write_and_send(viewer=self.viewer, key=key, via=Via.API, **given)
        return self.reply(shapes.outcome(made))


class ReplyView(SchoolView):
    @operation(
        name="messaging.reply",
        summary=_("Répondre à un message"),
        body=shapes.ReplyBody,
        answers=shapes.MailSent,
        status=201,
        **WRITE,
    )
    def post(self, request: Request, pk: int) -> Response:
        message, sent = threads.get_message_or_404(self.viewer, pk), self.sent()
        made = programs.reply_and_send(
            viewer=self.viewer, key=sent.get("key") or uuid4(), message=message, body=sent["body"],
            to_all=sent["to_all"],
        )  # fmt: skip
        return self.reply(shapes.outcome(made))
