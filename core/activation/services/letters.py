"""Asking for letters, making them, reading them, forgetting them after a week."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.activation import selectors, tasks
from core.activation.letters.content import Sender, piles
from core.activation.letters.rendering import Printed, printed
from core.activation.models import Letters
from core.activation.standings import Member
from core.audit.services import record, record_all
from core.errors import DomainError
from core.files import services as files
from core.files.models import Kind, StoredFile
from core.jobs import services as jobs
from core.modules.state import Modules
from core.notifications import services as notifications
from core.people.choices import PRIVILEGED
from core.people.models import Person
from core.ui import colour, typography
from tenants.accounts import codes
from tenants.establishments.hosts import school_url
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai

MODULE = "activation"
KEPT = timedelta(days=7)


def ask_letters(*, actor: Person | None, filters: Mapping[str, str], title: str, modules: Modules) -> Letters:
    """Have letters made, with new codes, for those of the filters who can be invited by this person.

    Raises DomainError when there is nobody.
    """
    if not selectors.recipients(filters, actor=actor, modules=modules):
        raise DomainError("nobody", _("Personne n’attend de courrier ici\u00a0: tous ces comptes sont ouverts."))
    with transaction.atomic():
        letters = Letters.objects.create(title=title[:200], filters=dict(filters), asked_by=actor)
        letters.run = jobs.start(tasks.make_letters, letters.pk, label=_("Courriers d’activation"), actor=actor)
        letters.save(update_fields=["run"])
        record("activation.ask_letters", actor=actor, target=letters)
    return letters


def make_letters(pk: int) -> None:
    """Draw the codes, print them, keep the file; only then do the codes hold and end those of before.

    A task, which may be run again from the start: what was drawn and not kept opens nothing.
    """
    letters = Letters.objects.select_related("asked_by").filter(pk=pk, file=None, expires_at=None).first()
    if letters is None:
        return
    establishment = Establishment.objects.get(uai=current_uai())
    modules = Modules(establishment)
    members = selectors.recipients(letters.filters, actor=letters.asked_by, modules=modules)
    drawn = codes.draw(member.person.pk for member in members)
    with jobs.track(total=len(members)) as progress:
        found = piles(members, drawn, establishment)
        ready = printed(found, sender_of(establishment, modules), step=lambda n: progress.advance(n))
        _keep(letters, ready, members, drawn)


def sender_of(establishment: Establishment, modules: Modules) -> Sender:
    chosen, now = modules["activation"].settings, timezone.localtime()
    digits = colour.normalise(establishment.accent_colour) or colour.DEFAULT_ACCENT
    return Sender(
        establishment=establishment,
        mark=typography.initials(establishment.commune or establishment.display_name),
        accent=f"#{colour.light_tones(digits).accent.lstrip('#')}",
        site=school_url(establishment, "/activer").partition("://")[2],
        help=chosen["help"] or _("Le secrétariat ou le référent numérique de l’établissement."),
        window=chosen["window"],
        today=now.date(),
        until=codes.expiry(codes.Purpose.ACTIVATE, codes.Way.LETTER, now).date(),
    )


@transaction.atomic
def _keep(letters: Letters, ready: Printed, members: list[Member], drawn: Mapping[int, str]) -> None:
    """File and codes in one transaction: paper that opens nothing is never handed out, nor codes without paper."""
    current = Letters.objects.select_for_update(of=("self",)).filter(pk=letters.pk, file=None).first()
    if current is None:
        return  # erased meanwhile, or another worker was quicker
    stored = StoredFile(
        module=MODULE, kind=Kind.DOCUMENT, owner_ref=f"letters:{letters.pk}", name=ready.name,
        content_type=ready.content_type, size=len(ready.content), sha256=hashlib.sha256(ready.content).hexdigest(),
    )  # fmt: skip
    stored.content.save("content", ContentFile(ready.content), save=False)
    stored.save(force_insert=True)
    codes.put(current_uai(), drawn, purpose=codes.Purpose.ACTIVATE, way=codes.Way.LETTER)
    current.file, current.count = stored, len(members)
    current.expires_at = timezone.now() + KEPT
    current.save(update_fields=["file", "count", "expires_at"])
    if current.asked_by_id is None:
        _tell_managers(current)
    record_all("activation.letter", actor=letters.asked_by, targets=[member.person for member in members])


def _tell_managers(letters: Letters) -> None:
    """The region had them made: those who hand them out learn of it."""
    managers = Person.objects.filter(left_on=None, account_id__isnull=False, roles__overlap=[*PRIVILEGED])
    url = reverse("activation:letters", urlconf=settings.ROOT_URLCONF)
    data = {"count": letters.count}
    notifications.emit("activation.letters_ready", actor=None, people=managers, data=data, url=url)


@transaction.atomic
def note_download(*, letters: Letters, actor: Person | None) -> None:
    """Each time it is taken away, the journal says so: it holds keys."""
    record("activation.download_letters", actor=actor, target=letters)


def forget_old() -> int:
    """Erase the files whose week is over; a job. Returns how many."""
    over = list(Letters.objects.filter(expires_at__lte=timezone.now(), file__isnull=False).select_related("file"))
    for letters in over:
        with transaction.atomic():
            drop_file(letters)
    return len(over)


def drop_file(letters: Letters) -> None:
    """Within another service's transaction."""
    stored, letters.file = letters.file, None
    letters.save(update_fields=["file"])
    if stored is not None:
        files.remove(stored=stored, actor=None)
