"""The message that answers while somebody is away: once for each absence and sender, and never in a loop.

It answers what was addressed to the person openly (line « À ») among few others; mass messages, blind copies and
messages that were written by themselves are left alone. It is an ordinary message of the conversation, which the
sender finds unread in their box and of which nobody is notified; on the absent person's side, the conversation stays
unread.
"""

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.people.models import Person
from core.permissions.viewer import Viewer
from core.ui import richtext
from core.ui.typography import day_in_words
from modules.messaging import finding
from modules.messaging.choices import Line
from modules.messaging.models import Copy, Correspondent, Message
from modules.messaging.services import posting

# A message to more people than that expects no answer from each.
FEW = 20
# Senders remembered for one absence: beyond, the oldest would be told twice.
REMEMBERED = 5000


def answer(message: Message, viewer: Viewer) -> list[Message]:
    """Answer for those of its recipients who are away today. Called in the transaction that sends it."""
    sender = message.sender
    if message.automatic or sender is None or message.recipients > FEW:
        return []
    today = timezone.localdate()
    addressed = Copy.objects.filter(message=message, line=Line.TO).values("person")
    away = (
        Correspondent.objects.select_for_update(of=("self",))
        .select_related("person", "substitute")
        .filter(person__in=addressed, away_from__lte=today, away_until__gte=today)
        .exclude(away_told__contains=[sender.pk])
        .order_by("pk")
    )
    return [_answer_for(row, message, sender) for row in away]


def _answer_for(row: Correspondent, message: Message, sender: Person) -> Message:
    text = words_of(row)
    made = Message(
        conversation=message.conversation, answers=message, body=text, body_html=richtext.to_html(text),
        automatic=True, sent_at=timezone.now(),
        lines=[{"kind": "person", "id": sender.pk, "as": str(Line.TO), "label": sender.full_name}],
    )  # fmt: skip
    kept = Copy.objects.filter(message=message, person=sender).values_list("children", flat=True).first() or []
    letter = posting.Letter(
        conversation=message.conversation,
        sender=row.person,
        message=made,
        rows=("SELECT %s::bigint, 0, %s::bigint[]", [sender.pk, list(kept)]),
    )
    posting.write(letter, unread_by_sender=True)
    row.away_told = [*row.away_told, sender.pk][-REMEMBERED:]
    row.save(update_fields=["away_told"])
    finding.changed(made)
    return made


def words_of(row: Correspondent) -> str:
    """What the person wrote, until when they are away, and to whom one may write instead."""
    said = [row.away_text.strip() or _("Je suis absent.")]
    if row.away_until:
        said.append(_("Réponse automatique\u00a0: absence jusqu’au %(day)s.") % {"day": _day(row)})
    if row.substitute is not None and row.substitute.left_on is None:
        said.append(_("Vous pouvez écrire à %(name)s.") % {"name": row.substitute.full_name})
    return "\n\n".join(said)


def _day(row: Correspondent) -> str:
    return day_in_words(row.away_until) if row.away_until else ""


def away_among(people: list[int]) -> list[Correspondent]:
    """Who of these is away today, with their substitutes, for whoever is about to write to them. One query."""
    today = timezone.localdate()
    rows = Correspondent.objects.filter(person__in=people, away_from__lte=today, away_until__gte=today)
    return list(rows.select_related("person", "substitute").order_by(F("person__search_text"), "pk"))
