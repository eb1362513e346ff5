"""What the manifest names: the banner, a person's data, what is past its time."""

from datetime import datetime
from typing import Any

from django.db.models import F, Func, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse

from core.alerts import selectors
from core.alerts.models import Alert, Answer, MissingPupil, Update
from core.modules.contract import Banner
from core.people.models import Person
from core.permissions.viewer import viewer_of


def banners(request: HttpRequest) -> list[Banner]:
    """What lasts and concerns the viewer, on every page but its own."""
    found = []
    for alert in selectors.active_for(viewer_of(request)):
        own = reverse("alerts:alert", args=[alert.pk])
        if not request.path.startswith(own):
            found.append(Banner(text=f"{alert.head}\u00a0: {alert.text}", url=own, urgent=True))
    return found


# --- A person's data ----------------------------------------------------------------------------------------
def export_person(person: Person) -> dict[str, Any]:
    """What they launched, said and answered, and when they were looked for."""
    sent = Alert.objects.filter(sent_by=person).order_by("pk")
    said = Update.objects.filter(author=person).order_by("pk")
    answers = Answer.objects.filter(person=person).select_related("alert", "school_class").order_by("pk")
    missed = MissingPupil.objects.filter(pupil=person).select_related("alert").order_by("pk")
    return {
        "launched": [_told(alert) for alert in sent],
        "said": [{"text": one.text, "at": one.at.isoformat()} for one in said],
        "answers": [
            {
                "alert": str(one.alert),
                "at": one.at.isoformat(),
                "class": one.school_class.name if one.school_class else "",
                "present": one.present,
                "expected": one.expected,
                "needs_help": one.needs_help,
                "word": one.word,
            }
            for one in answers
        ],
        "missing": [
            {
                "alert": str(one.alert),
                "reported_at": one.reported_at.isoformat(),
                "found_at": one.found_at.isoformat() if one.found_at else None,
            }
            for one in missed
        ],
    }


def _told(alert: Alert) -> dict[str, Any]:
    return {"alert": str(alert), "text": alert.text, "at": alert.started_at.isoformat()}


def erase_person(person: Person, *, actor: Person | None) -> int:
    """Answers and searches go; alerts that others received stay, without the name."""
    touched = Alert.objects.filter(sent_by=person).update(sent_by=None)
    touched += Alert.objects.filter(ended_by=person).update(ended_by=None)
    touched += Alert.objects.filter(expected__contains=[person.pk]).update(expected=_without(person, "expected"))
    touched += Update.objects.filter(author=person).update(author=None)
    touched += Answer.objects.filter(missing__contains=[person.pk]).update(missing=_without(person, "missing"))
    touched += MissingPupil.objects.filter(reported_by=person).update(reported_by=None)
    touched += MissingPupil.objects.filter(found_by=person).update(found_by=None)
    touched += MissingPupil.objects.filter(pupil=person).delete()[0]
    return touched + Answer.objects.filter(person=person).delete()[0]


def _without(person: Person, column: str) -> Func:
    return Func(F(column), Value(person.pk), function="array_remove")


def old_alerts(limit: datetime) -> QuerySet[Alert]:
    """Alerts that ended before the limit; their answers go with them."""
    return Alert.objects.filter(ended_at__lt=limit)
