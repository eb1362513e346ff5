"""Not being written to by somebody, among pupils and guardians. Staff can neither be blocked nor block.

`modules.messaging.audience.reach` keeps both from writing to each other from then on.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import DomainError, NotAllowed
from core.people.choices import STAFF
from core.people.models import Person
from core.permissions.viewer import Viewer
from modules.messaging.models import Block, Copy

# Enough for anybody's peace, and not a list of the whole school.
MOST = 200


def blocking(person_id: int) -> QuerySet[Block]:
    """The blocks by which others keep this person from writing to them; those of staff do not count."""
    return Block.objects.filter(blocked=person_id).exclude(blocked__roles__overlap=sorted(STAFF))


def blocked_by(viewer: Viewer) -> QuerySet[Block]:
    """The viewer's own, the latest first."""
    return Block.objects.filter(person=viewer.person).select_related("blocked").order_by("-since", "-pk")


def may_block(viewer: Viewer, person: Person) -> bool:
    """Whether somebody may be blocked by the viewer: neither is staff, and they have written to the viewer."""
    me = viewer.person
    if me is None or me.pk == person.pk or viewer.roles & STAFF or person.has_role(*STAFF):
        return False
    return Copy.objects.filter(person=me, message__sender=person).exists()


@transaction.atomic
def block(*, viewer: Viewer, person: Person) -> Block:
    """No more messages from them. Twice is once. Raises NotAllowed for staff and strangers."""
    if viewer.person is None or not may_block(viewer, person):
        sentence = _("Seul un élève ou un responsable qui vous a écrit peut être bloqué. Sinon, signalez le message.")
        raise NotAllowed("block", sentence)
    if Block.objects.filter(person=viewer.person).count() >= MOST:
        raise DomainError("too-many", _("Vous avez déjà bloqué beaucoup de correspondants. Débloquez-en d’abord."))
    made, _new = Block.objects.get_or_create(person=viewer.person, blocked=person)
    return made


@transaction.atomic
def unblock(*, viewer: Viewer, person_id: int) -> bool:
    """Whether there was something to end."""
    return bool(Block.objects.filter(person=viewer.person, blocked=person_id).delete()[0])
