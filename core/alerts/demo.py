"""A past evacuation drill with its answers: most at once, some late, a few never, one pupil looked for."""

import random
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.alerts import services
from core.alerts.models import Alert, Answer, MissingPupil, Update
from core.alerts.services import Draft, Given
from core.alerts.telling import key_of
from core.notifications import relay
from core.notifications.models import Event
from core.people.choices import STAFF, Role
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_as
from core.structure.models import SchoolClass
from core.structure.selectors import pupils_of_class
from tenants.alerts.choices import PREPARED, Kind
from tenants.establishments.models import Establishment

# Of the staff, this share answers; the drill was so many days ago, at this hour, and took so long.
ANSWERED, DAYS_AGO, AT, LASTED = 0.86, 24, time(10, 20), timedelta(minutes=17)


@transaction.atomic
def create(establishment: Establishment, rng: random.Random) -> None:
    """A school without alerts gets one; any other is left as it is. Stands in the school."""
    head = Person.objects.filter(left_on=None, roles__contains=[Role.MANAGEMENT]).order_by("pk").first()
    if head is None or Alert.objects.exists():
        return
    viewer = viewer_as(head, establishment)
    draft = Draft(kind=Kind.EVACUATION, text=str(PREPARED[Kind.EVACUATION].text), drill=True)
    alert = services.start(viewer=viewer, draft=draft, key=_key(rng))
    services.say(viewer=viewer, alert=alert, text="Restez groupés au point de rassemblement.", key=_key(rng))
    # Told while it lasts, as the relay would have done
    relay.drain(viewer.modules, until=timezone.now() + timedelta(minutes=1))
    _answers(alert, viewer, rng)
    services.end(viewer=viewer, alert=alert, text="Fin de l’exercice. Merci à tous.", key=_key(rng))
    _move_into_the_past(alert, rng)


def _key(rng: random.Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)


def _answers(alert: Alert, head: Viewer, rng: random.Random) -> None:
    """Each class is counted by one of the staff; in the first somebody is missing, and is found."""
    staff = list(Person.objects.filter(left_on=None, roles__overlap=sorted(STAFF)).order_by("pk"))
    classes = iter(SchoolClass.objects.order_by("name"))
    looked_for = False
    for person in rng.sample(staff, int(len(staff) * ANSWERED)):
        one = next(classes, None) if Role.TEACHER in person.roles else None
        missing = tuple(pupils_of_class(one).values_list("pk", flat=True)[3:4]) if one and not looked_for else ()
        looked_for = looked_for or bool(missing)
        given = Given(school_class=one, missing=missing)
        viewer = viewer_as(person, head.modules.establishment, modules=head.modules)
        services.answer(viewer=viewer, alert=alert, given=given, key=_key(rng))
    for row in MissingPupil.objects.filter(alert=alert).select_related("alert", "pupil"):
        services.found(viewer=head, row=row)


def _move_into_the_past(alert: Alert, rng: random.Random) -> None:
    """Services know no time but now; the demo needs a month ago."""
    day = timezone.localdate() - timedelta(days=DAYS_AGO)
    day -= timedelta(days=max(0, day.weekday() - 4))  # on a day of classes
    begun = timezone.make_aware(datetime.combine(day, AT))
    Alert.objects.filter(pk=alert.pk).update(started_at=begun, ended_at=begun + LASTED)
    said, over = alert.updates.order_by("pk")
    Update.objects.filter(pk=said.pk).update(at=begun + timedelta(minutes=6))
    Update.objects.filter(pk=over.pk).update(at=begun + LASTED)
    for answer in Answer.objects.filter(alert=alert).order_by("pk"):
        answer.at = begun + timedelta(seconds=min(45 + rng.expovariate(1 / 150), 960))
        answer.save(update_fields=["at"])
        MissingPupil.objects.filter(alert=alert, reported_by=answer.person).update(
            reported_at=answer.at, found_at=answer.at + timedelta(seconds=130)
        )
    for kind, at in (("started", begun), ("news", begun + timedelta(minutes=6)), ("ended", begun + LASTED)):
        Event.objects.filter(key=key_of(alert), kind=f"alerts.{kind}").update(happened_at=at)
