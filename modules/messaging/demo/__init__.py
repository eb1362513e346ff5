"""Some weeks of plausible mail for a demo school, written through the services at hours at which people write."""

import random
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.errors import DomainError
from core.modules.state import Modules
from core.notifications.models import Event
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_as
from modules.messaging import finding
from modules.messaging.choices import Line as On
from modules.messaging.demo.casting import Troupe, troupes
from modules.messaging.demo.content import content_for
from modules.messaging.models import Conversation, Copy, Draft, Message
from modules.messaging.safety import absences, reports
from modules.messaging.services import drafts, hours, programs, sending, templates
from modules.messaging.services.telling import key_of
from tenants.establishments.models import Establishment

# So many classes play the conversations that are told once.
PLAYING = 3
# Who reads, does so within a day and a half.
READ_WITHIN = 36


@transaction.atomic
def create(establishment: Establishment, rng: random.Random) -> None:
    """Fill a school that has no mail yet; any other is left as it is. Stands in the school."""
    company = troupes()
    if Conversation.objects.exists() or "management" not in company[0].staff:
        return
    told, writer = content_for(establishment.type), _Writer(establishment, rng)
    for story in told["conversations"]:
        playing = company if story.get("every_class") else company[:1]
        if story["by"] in {"guardian", "pupil"} or story["to"] in {"guardian", "pupil"}:
            playing = company[: 1 if "report" in story else PLAYING]
        for troupe in playing:
            writer.tell(story, troupe)
    for troupe in company[:PLAYING]:
        for story in told.get("drafts", ()):
            writer.draft(story, troupe)
    writer.rest(told, company[0])


class _Writer:
    def __init__(self, establishment: Establishment, rng: random.Random) -> None:
        self.establishment, self.rng, self.modules = establishment, rng, Modules(establishment)

    def tell(self, story: dict[str, Any], troupe: Troupe) -> None:
        """One conversation with its answers. What the school's rules refuse is not told."""
        try:
            with transaction.atomic():
                self._tell(story, troupe)
        except DomainError:
            return

    def _tell(self, story: dict[str, Any], troupe: Troupe) -> None:
        author, at = troupe.player(story["by"]), self._at(story["days_ago"], story["hour"])
        if author is None or not (lines := troupe.lines(story["to"])):
            return
        extra = {name: story[name] for name in ("weight", "replies", "asks_receipt") if name in story}
        first = sending.write_and_send(
            viewer=self._viewer(author), key=self._key(), now=at, subject=story["subject"],
            body=_words(story["body"], troupe), lines=list(lines), **extra,
        )  # fmt: skip
        if not isinstance(first, Message):
            return
        messages = [first, *self._answers(story, troupe, first)]
        self._read(messages, story["read"])
        if story.get("recalled"):
            Message.objects.filter(pk=first.pk).update(recalled_at=first.sent_at + timedelta(minutes=12))
            finding.changed(first)
        if "report" in story:
            self._report(first, story["report"])
        for message in messages:
            Event.objects.filter(key=key_of(message)).update(happened_at=message.sent_at)

    def _answers(self, story: dict[str, Any], troupe: Troupe, first: Message) -> list[Message]:
        made, last = [], first
        for answer in story.get("answers", ()):
            author = troupe.player(answer["by"])
            if author is None or author.pk == last.sender_id:
                continue
            at = min(last.sent_at + timedelta(hours=answer["hours_later"]), timezone.now() - timedelta(minutes=5))
            sent = programs.reply_and_send(
                viewer=self._viewer(author), key=self._key(), message=last, to_all=answer.get("to_all", False),
                body=_words(answer["body"], troupe), now=self._open(at),
            )  # fmt: skip
            if isinstance(sent, Message):
                made.append(sent)
                last = sent
        return made

    def draft(self, story: dict[str, Any], troupe: Troupe) -> None:
        author, lines = troupe.player(story["by"]), troupe.lines(story["to"])
        if author is None or not lines:
            return
        try:
            with transaction.atomic():
                self._draft(author, story, lines)
        except DomainError:
            return

    def rest(self, told: dict[str, Any], troupe: Troupe) -> None:
        """What is programmed, who is away, and the school's templates."""
        head = self._viewer(troupe.staff["management"])
        for story in told.get("scheduled", ()):
            at = self._at(0, 10) + timedelta(days=story["days"])
            try:
                with transaction.atomic():
                    draft = self._draft(troupe.staff["management"], story, troupe.lines(story["to"]), send_at=at)
                    sending.send(viewer=head, draft=draft)
            except DomainError:
                continue
        for row in told.get("templates", ()):
            templates.keep(viewer=head, of_school=True, **row)
        away, told_away = troupe.player(told["absence"]["by"]), told["absence"]
        if away is not None and away != troupe.staff["management"]:
            today = timezone.localdate()
            absences.announce(
                viewer=self._viewer(away), since=today, until=today + timedelta(days=told_away["days"]),
                text=told_away["text"], substitute=troupe.staff["management"],
            )  # fmt: skip

    def _draft(self, author: Person, story: dict[str, Any], lines: Any, **fields: Any) -> Draft:
        return drafts.save(
            viewer=self._viewer(author), key=self._key(), subject=story["subject"], body=story["body"],
            lines=list(lines), **fields,
        )  # fmt: skip

    def _read(self, messages: list[Message], share: float) -> None:
        """Those who have answered have read; of the others, a share, at their own hours."""
        answered = {message.sender_id for message in messages}
        received = Copy.objects.filter(message__in=messages).exclude(line=On.SENDER)
        readers = [
            copy.pk
            for copy in received.order_by("pk").only("pk", "person_id")
            if copy.person_id in answered or self.rng.random() < share
        ]
        hours_later = timedelta(hours=self.rng.randint(1, READ_WITHIN))
        Copy.objects.filter(pk__in=readers).update(unread=False, read_at=F("at") + hours_later)
        Copy.objects.filter(pk__in=readers, read_at__gt=timezone.now()).update(read_at=timezone.now())

    def _report(self, message: Message, reason: str) -> None:
        copy = Copy.objects.filter(message=message, line=On.TO).select_related("person").first()
        if copy is not None:
            reports.report(viewer=self._viewer(copy.person), message=message, reason=reason)

    def _viewer(self, person: Person) -> Viewer:
        return viewer_as(person, self.establishment, modules=self.modules)

    def _key(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def _at(self, days_ago: int, hour: int) -> datetime:
        day = timezone.localdate() - timedelta(days=days_ago)
        at = timezone.make_aware(datetime.combine(day, time(hour, self.rng.randint(2, 55))))
        return self._open(min(at, timezone.now() - timedelta(minutes=20)) if days_ago else at)

    def _open(self, at: datetime) -> datetime:
        """The same hour on the last day before on which the messagerie was open then."""
        for back in range(hours.LONGEST):
            moment = at - timedelta(days=back)
            if hours.opening_after(self.modules, moment) <= moment:
                return moment
        return at


def _words(body: str, troupe: Troupe) -> str:
    return body.replace("{pupil}", troupe.pupil.first_name if troupe.pupil else "mon enfant").strip()
