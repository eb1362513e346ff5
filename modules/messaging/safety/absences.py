"""Being away: the dates, what those who write are told, who stands in. `services/answering.py` does the answering."""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.errors import DomainError, NotAllowed
from core.people.choices import STAFF
from core.people.models import Person
from core.permissions.viewer import Viewer
from modules.messaging.models import SIGNATURE_LENGTH, Correspondent

# Longer than a school year is not an absence.
LONGEST_DAYS = 366


def own(viewer: Viewer) -> Correspondent:
    """The viewer's settings; a row that is not saved yet where there are none."""
    found = Correspondent.objects.filter(person=viewer.person).select_related("substitute").first()
    return found or Correspondent(person=viewer.person)


def away(on: date | None = None) -> Q:
    """The condition on Correspondent for being away on a day, today by default."""
    day = on or timezone.localdate()
    return Q(away_from__lte=day, away_until__gte=day)


def substitutes(viewer: Viewer) -> QuerySet[Person]:
    """Who may stand in: colleagues who are here."""
    people = Person.objects.filter(left_on=None, roles__overlap=sorted(STAFF))
    return people.exclude(pk=viewer.person.pk).order_by("last_name", "first_name", "pk") if viewer.person else people


@transaction.atomic
def announce(
    *, viewer: Viewer, since: date, until: date, text: str, substitute: Person | None = None
) -> Correspondent:
    """Say from when until when (that day included) one is away. Whoever writes is told once, by `text`.

    Raises DomainError for dates that make no sense, without a text, and for a substitute who is not a colleague.
    """
    if viewer.person is None or not viewer.roles & STAFF:
        raise NotAllowed("staff", _("Seuls les personnels annoncent une absence."))
    _check(viewer, since, until, text, substitute)
    row, _new = Correspondent.objects.select_for_update(of=("self",)).get_or_create(person=viewer.person)
    same = (row.away_from, row.away_until) == (since, until)
    row.away_from, row.away_until, row.away_text, row.substitute = since, until, text.strip(), substitute
    if not same:
        row.away_told = []
    row.save()
    adoption.count("messaging.absence", viewer)
    return row


@transaction.atomic
def come_back(*, viewer: Viewer) -> None:
    """Nobody is answered any more."""
    Correspondent.objects.filter(person=viewer.person).update(
        away_from=None, away_until=None, away_text="", substitute=None, away_told=[]
    )


def _check(viewer: Viewer, since: date, until: date, text: str, substitute: Person | None) -> None:
    wrong = {}
    if until < since:
        wrong["away_until"] = _("Le dernier jour doit suivre le premier.")
    elif until < timezone.localdate():
        wrong["away_until"] = _("Ces dates sont passées.")
    elif (until - since).days > LONGEST_DAYS:
        wrong["away_until"] = _("Un an au plus.")
    if not text.strip() or len(text.strip()) > SIGNATURE_LENGTH:
        wrong["away_text"] = _("Écrivez ce que liront ceux qui vous écrivent, en 500 caractères au plus.")
    if substitute is not None and not substitutes(viewer).filter(pk=substitute.pk).exists():
        wrong["substitute"] = _("Choisissez quelqu’un parmi les personnels de l’établissement.")
    if wrong:
        raise DomainError("absence", next(iter(wrong.values())), wrong)
