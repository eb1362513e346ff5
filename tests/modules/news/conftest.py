"""The cast of the module's tests, at the lycée: one class, who belongs to it, and who does not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.audit.models import AuditEntry
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_as
from core.structure.models import SchoolClass, Subject, TeachingService
from modules.news import selectors, services
from modules.news.models import Article, Section
from modules.news.selectors import Spec, preview_of
from modules.news.services import Content
from tenants.schemas.context import school
from tests.factories import make_class, make_guardian, make_person

SignIn = Callable[[Any], Any]


@dataclass
class Cast:
    """Everybody has an account. `outsider` is a guardian whose child is in no class of the cast."""

    establishment: Any
    section: Section
    school_class: SchoolClass
    head: Person
    teacher: Person
    other_teacher: Person
    school_life: Person
    pupil: Person
    parent: Person
    outsider: Person

    def viewer(self, person: Person) -> Viewer:
        """Made anew each time, as a request would."""
        return viewer_as(Person.objects.get(pk=person.pk), self.establishment)


def make_cast(establishment: Any) -> Cast:
    head, teacher, other, life, pupil, parent, outsider, child = (
        make_person(establishment, role, account=True)
        for role in (
            "management", "teacher", "teacher", "school_life", "pupil", "guardian", "guardian", "pupil",
        )
    )  # fmt: skip
    made = make_class(establishment, "2de 1", pupil)
    make_guardian(establishment, pupil, parent)
    make_guardian(establishment, child, outsider)
    with school(establishment):
        subject = Subject.objects.create(name="Histoire-géographie")
        TeachingService.objects.create(teacher=teacher, subject=subject, school_class=made, starts_on=date(2026, 9, 1))
        section = Section.objects.create(name="Vie du lycée")
    return Cast(establishment, section, made, head, teacher, other, life, pupil, parent, outsider)


@pytest.fixture
def cast(lycee_a: Any) -> Cast:
    return make_cast(lycee_a)


@pytest.fixture
def here(cast: Cast) -> Iterator[Cast]:
    """The cast, standing in its school."""
    with school(cast.establishment):
        yield cast


def written(cast: Cast, author: Person, **fields: Any) -> Article:
    """A draft by this author."""
    values = {"section": cast.section, "title": "Portes ouvertes", "body": "Le **samedi** matin."}
    content = Content(**(values | fields))
    return services.create_article(viewer=cast.viewer(author), content=content)


def published(cast: Cast, *, by: Person | None = None, **fields: Any) -> Article:
    """An article that the head has published, or its author when that is somebody who may."""
    author = by or cast.head
    article = written(cast, author, **fields)
    return publish(cast, article, by=author)


def publish(cast: Cast, article: Article, *, by: Person) -> Article:
    viewer = cast.viewer(by)
    return services.publish(
        viewer=viewer, article=article, version=article.version, seen=preview_of(article, viewer).fingerprint
    )


def submitted(cast: Cast, author: Person, **fields: Any) -> Article:
    article, viewer = written(cast, author, **fields), cast.viewer(author)
    return services.submit(viewer=viewer, article=article, version=1, seen=preview_of(article, viewer).fingerprint)


def for_class(cast: Cast, *roles: str) -> Spec:
    return Spec(roles=frozenset(roles), classes=frozenset({cast.school_class.pk}))


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[Person], Any]:
    from tests.signing import signed_in_client

    return lambda person: signed_in_client(cast.establishment, person)


# --- Pages ---
def url(name: str, *args: Any) -> str:
    return reverse(f"news:{name}", args=args)


def form_data(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {"section": cast.section.pk, "title": "Une sortie", "body": "Demain.", **fields}


def in_school(cast: Cast, read: Callable[[], Any]) -> Any:
    with school(cast.establishment):
        return read()


# --- Services ---
def picture(name: str = "photo.png") -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/png")


def note(name: str = "menu.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"Lundi : soupe", "text/plain")


def change(cast: Cast, article: Article, by: Person, *, version: int | None = None, **fields: Any) -> Article:
    values = {
        "section": article.section, "title": article.title, "body": article.body,
        "publish_at": None, "expires_at": article.expires_at, "urgent": article.urgent,
        "audience": selectors.spec_of(article),
    }  # fmt: skip
    changes = fields.pop("changes", None)
    content = Content(**(values | fields))
    return services.change_article(
        viewer=cast.viewer(by), article=article, version=version or article.version, content=content, changes=changes
    )


def last_action() -> str:
    return AuditEntry.objects.order_by("-pk").values_list("action", flat=True)[0]
