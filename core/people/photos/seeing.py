"""Whose photo is shown: with the consent of the person or a guardian, or where the school's mission stands for it."""

import base64
from collections.abc import Iterable

from django.urls import reverse

from core.files.models import StoredFile
from core.modules.state import Modules
from core.people.models import Person
from core.people.selectors import people_visible_to
from core.permissions.viewer import Viewer
from core.privacy.models import ConsentAnswer
from core.privacy.services.consents import declared

MODULE, CONSENT = "people", "people.photo"
BY_MISSION = "photos_by_mission"


def rests_on_mission(modules: Modules) -> bool:
    """Whether the school has decided that photos for its own use need nobody's consent."""
    return bool(modules[MODULE].settings[BY_MISSION])


def answers(people: Iterable[int]) -> dict[int, str]:
    """The answer that holds for each of these people, to the question as it reads now. One query."""
    rows = ConsentAnswer.objects.filter(person__in=list(people), consent=CONSENT, version=declared(CONSENT).version)
    return dict(rows.order_by("person_id", "-at", "-id").distinct("person_id").values_list("person_id", "answer"))


def shown_among(people: Iterable[Person], modules: Modules) -> set[int]:
    """The keys of those whose photo may be shown now. One query at most."""
    with_photo = [person.pk for person in people if person.photo_id is not None]
    if not with_photo or rests_on_mission(modules):
        return set(with_photo)
    return {pk for pk, answer in answers(with_photo).items() if answer == ConsentAnswer.Answer.GIVEN}


def give_faces(viewer: Viewer, people: Iterable[Person]) -> None:
    """Set `photo_url` of those whose photo the viewer sees; they must be people whom the viewer may see.

    Done once for a whole list: every avatar of the page then has its face. One query at most.
    """
    listed = list(people)
    shown = shown_among(listed, viewer.modules)
    for person in listed:
        if person.pk in shown:
            person.photo_url = reverse("files:thumb", args=[person.photo_id])  # type: ignore[attr-defined]


def give_pictures(viewer: Viewer, people: Iterable[Person]) -> None:
    """The same for paper, which fetches nothing: `picture` is a `data:` address. Two queries."""
    listed = list(people)
    shown = shown_among(listed, viewer.modules)
    files = StoredFile.objects.in_bulk([person.photo_id for person in listed if person.pk in shown])
    for person in listed:
        stored = files.get(person.photo_id) if person.pk in shown else None
        person.picture = _as_data(stored) if stored else ""  # type: ignore[attr-defined]


def may_read(viewer: Viewer, stored: StoredFile) -> bool:
    """A photo: whoever may see the person, while it is the person's and may be shown."""
    person = people_visible_to(viewer).filter(photo_id=stored.pk).first()
    return person is not None and person.pk in shown_among([person], viewer.modules)


def _as_data(stored: StoredFile) -> str:
    try:
        with stored.thumbnail.open("rb") as file:
            return f"data:image/webp;base64,{base64.b64encode(file.read()).decode()}"
    except FileNotFoundError:
        return ""
