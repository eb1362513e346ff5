"""An answer by e-mail becomes a reply like any other: same services, limits, hours, rules and suspensions."""

from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from allauth.account.models import EmailAddress
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import rules as adoption_rules
from core.adoption import services as adoption
from core.errors import DomainError
from core.modules.state import Modules
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_as
from modules.messaging.bridge import reading
from modules.messaging.bridge.outcome import Outcome, refused, taken
from modules.messaging.choices import DraftState, Via
from modules.messaging.models import Draft, Message
from modules.messaging.selectors import threads
from modules.messaging.services import programs
from tenants.accounts.models import Account
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas.context import region, school

# An address answers for so long: an old mailbox that is broken into opens nothing.
GOOD_FOR = timedelta(days=90)


def receive(raw: bytes, envelope_to: str = "") -> Outcome:
    """Take in one raw mail. Never raises for what a mail holds; twice the same mail is one reply."""
    answer = reading.read(raw, envelope_to)
    if isinstance(answer, Outcome):
        return answer
    place = Establishment.objects.filter(uai=answer.token.uai, lifecycle=Lifecycle.ACTIVE).first()
    if place is None:
        return refused("NOUSER", _("Cette adresse de réponse n’existe plus."))
    with school(place):
        modules = Modules(place)
        if refusal := _closed(modules):
            return refusal
        person = Person.objects.filter(pk=answer.token.person_id, left_on=None).first()
    if person is None or not _is_theirs(person, answer.sender):
        sentence = _("Répondez depuis l’adresse vérifiée de votre compte, ou dans la messagerie.")
        return refused("NOPERM", sentence)
    with school(place):
        return _post(viewer_as(person, place, modules=modules), answer)


def _closed(modules: Modules) -> Outcome | None:
    state = modules["messaging"]
    if not state.enabled or not state.settings["mail_replies"]:
        return refused("UNAVAILABLE", _("Cet établissement ne prend pas de réponses par e-mail. Répondez sur le site."))
    return None


def _is_theirs(person: Person, sender: str) -> bool:
    """Whether the address is the verified one of the person's account."""
    if person.account_id is None or not sender:
        return False
    with region():
        active = Account.objects.filter(pk=person.account_id, is_active=True)
        return active.exists() and EmailAddress.objects.filter(
            user_id=person.account_id, verified=True, email__iexact=sender
        ).exists()


def _post(viewer: Viewer, answer: reading.Answer) -> Outcome:
    if not answer.text and not answer.files:
        return refused("DATAERR", _("Votre réponse est vide."))
    try:
        message = threads.get_message_or_404(viewer, answer.token.message_id)
    except Http404:
        return refused("NOUSER", _("Ce message n’est plus dans votre boîte."))
    if message.sent_at < timezone.now() - GOOD_FOR:
        return refused("NOPERM", _("Ce message est trop ancien pour une réponse par e-mail. Répondez sur le site."))
    try:
        sent = programs.reply_and_send(
            viewer=viewer, key=_key(answer), message=message, body=answer.text, via=Via.EMAIL, uploads=answer.files
        )
    except DomainError as error:
        return refused("NOPERM", str(error.message))
    role = adoption_rules.acting_role("messaging.reply", viewer.roles, viewer.modules)
    adoption.count("messaging.reply", roles=[role] if role else [])
    return taken(_said(sent))


def _key(answer: reading.Answer) -> UUID:
    token = answer.token
    return uuid5(NAMESPACE_URL, f"preau:{token.uai}:{token.message_id}:{token.person_id}:{answer.identity}")


def _said(sent: Message | Draft) -> str:
    if isinstance(sent, Message):
        return f"taken: message {sent.pk}"
    return f"taken: {DraftState(sent.state).value}"
