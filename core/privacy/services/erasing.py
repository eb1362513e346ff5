"""Erasing a person: asked for, shown, decided, done in one transaction."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import Conflict, DomainError, NotAllowed
from core.modules import registry
from core.modules.contract import Manifest
from core.modules.state import Modules
from core.notifications import services as notifications
from core.people.models import Person
from core.people.services import ranks
from core.people.text import tidy
from core.privacy.models import REASON_LENGTH, ErasureRequest
from core.privacy.terms import is_installed
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai

State = ErasureRequest.State
PEOPLE = "people"


# --- Asking ---------------------------------------------------------------------------------------------
@transaction.atomic
def ask(*, person: Person, reason: str, actor: Person) -> ErasureRequest:
    """Ask the school to erase somebody's data. It answers within a month (GDPR art. 12.3)."""
    if ErasureRequest.objects.filter(person=person, state=State.WAITING).exists():
        raise Conflict("asked", _("Cette demande est déjà faite\u00a0: l’établissement va y répondre."))
    request = ErasureRequest.objects.create(person=person, asked_by=actor, reason=tidy(reason)[:REASON_LENGTH])
    record("privacy.ask_erasure", actor=actor, target=person)
    notifications.emit(
        "privacy.erasure_asked",
        actor=actor,
        key=f"request:{request.pk}",
        data={"request": request.pk},
        url=reverse("privacy:requests"),
    )
    return request


@transaction.atomic
def withdraw(*, request: ErasureRequest, actor: Person) -> ErasureRequest:
    """Whoever asked takes it back."""
    current = _waiting(request)
    if current.asked_by_id != actor.pk:
        raise NotAllowed("not-theirs", _("Seule la personne qui a fait la demande peut la retirer."))
    return _decided(current, State.WITHDRAWN, actor)


@transaction.atomic
def refuse(*, request: ErasureRequest, answer: str, actor: Person) -> ErasureRequest:
    """The school says no, and why: a school record is kept while the law asks for it (GDPR art. 17.3 b)."""
    answer = tidy(answer)[:REASON_LENGTH]
    if not answer:
        sentence = _("Dites pourquoi la demande est refusée\u00a0: la personne lira cette réponse.")
        raise DomainError("answer", sentence, {"answer": sentence})
    current = _waiting(request)
    current.answer = answer
    return _decided(current, State.REFUSED, actor)


def _waiting(request: ErasureRequest) -> ErasureRequest:
    current = ErasureRequest.objects.select_for_update().filter(pk=request.pk, state=State.WAITING).first()
    if current is None:
        raise Conflict("decided", _("Cette demande a déjà reçu une réponse."))
    return current


def _decided(request: ErasureRequest, state: State, actor: Person | None) -> ErasureRequest:
    request.state, request.decided_by, request.decided_at = state, actor, timezone.now()
    request.save()
    record(f"privacy.erasure_{state}", actor=actor, target=request.person)
    return request


# --- Showing --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Loss:
    """What one area holds that names the person, and what stays of it afterwards, and why.

    `rows` is None where rows name people without a key to them: they are not counted by person.
    """

    manifest: Manifest
    rows: int | None
    keeps: str


def preview(person: Person) -> list[Loss]:
    """By area, how many rows name the person. One query a model; nothing is touched."""
    modules = _modules()
    losses = [
        _loss(manifest, person)
        for slug, manifest in registry.manifests().items()
        if manifest.erase_person and is_installed(modules, slug)
    ]
    return [loss for loss in losses if loss.rows or loss.rows is None]


def _loss(manifest: Manifest, person: Person) -> Loss:
    naming = [_naming(apps.get_model(label), person) for label in manifest.personal_models]
    counted = [found.count() for found in naming if found is not None]
    return Loss(manifest, sum(counted) if counted else None, str(manifest.erasure_keeps))


def _naming(model: type[Model], person: Person) -> "QuerySet[Any] | None":
    if model is Person:
        return Person.objects.filter(pk=person.pk)
    keys = [f for f in model._meta.local_fields if isinstance(f, ForeignKey) and f.related_model is Person]
    if not keys:
        return None
    named = Q()
    for key in keys:
        named |= Q(**{key.name: person})
    return model._default_manager.filter(named)


# --- Doing ----------------------------------------------------------------------------------------------
def refusal(person: Person, actor: Person | None) -> str:
    """Why the person may not be erased now, in a sentence; "" when nothing stands against it."""
    if person.left_on is None:
        return _("Cette personne est encore dans l’établissement\u00a0: enregistrez d’abord son départ.")
    if actor is not None and actor.pk == person.pk:
        return _("Personne n’efface sa propre fiche.")
    return ""


@transaction.atomic
def erase(*, person: Person, actor: Person | None) -> int:
    """Erase everything that names somebody who has left: modules first, the record last, all or nothing.

    Returns how many rows were removed or lost the name. Raises DomainError while the person is still here.
    """
    current = Person.objects.select_for_update().filter(pk=person.pk).first()
    if current is None:
        raise Conflict("gone", _("Cette personne est déjà effacée."))
    if why := refusal(current, actor):
        raise NotAllowed("present", why)
    ranks.guard_rank(actor, current.roles)
    ErasureRequest.objects.filter(person=current, state=State.WAITING).update(
        state=State.DONE, decided_by=actor, decided_at=timezone.now()
    )
    touched = {manifest.slug: _erase_in(manifest, current, actor) for manifest in _in_order()}
    changes = {slug: [rows, 0] for slug, rows in touched.items() if rows}
    record("privacy.erase_person", actor=actor, target=None, label=_("n° %(pk)s") % {"pk": person.pk}, changes=changes)
    return sum(touched.values())


def erase_departed(people: "QuerySet[Person]") -> int:
    """A `Retention.erase`: those whose time after leaving is over, each like any other erasure."""
    return sum(erase(person=person, actor=None) for person in people.order_by("pk"))


def _erase_in(manifest: Manifest, person: Person, actor: Person | None) -> int:
    return int(import_string(manifest.erase_person)(person, actor=actor))


def _in_order() -> list[Manifest]:
    """Modules that stand on others first, then core, the people last of all."""
    modules = _modules()
    known = [m for slug, m in registry.manifests().items() if m.erase_person and is_installed(modules, slug)]
    return sorted(reversed(known), key=lambda manifest: (manifest.slug == PEOPLE, manifest.core))


def _modules() -> Modules:
    return Modules(Establishment.objects.get(uai=current_uai()))
