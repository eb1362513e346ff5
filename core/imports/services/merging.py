"""Two profiles that are one human become one, and can be taken apart again."""

from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import Conflict, DomainError
from core.imports.engine import pipeline
from core.imports.engine.applying import is_shared
from core.imports.engine.undo import references_to
from core.imports.models import Identity, Merge, Pairing
from core.people.models import Person
from core.people.records import hold
from core.people.services import ranks
from core.people.services.saving import save_person
from tenants.accounts import identities, linking
from tenants.schemas.context import current_uai

# What the profile that stays takes of the other where it says nothing itself
_FILLED = ("civility", "birth_name", "birth_date", "function", "email", "phone", "address", "regime", "photo_id")
_KEPT = (*_FILLED, "roles", "external_ids", "account_id")
_OWN = {("imports_merge", "kept_id"), ("imports_merge", "gone_id"), ("people_person", "merged_into_id")}
_IMPORTS = [(Identity._meta.db_table, "person_id"), (Pairing._meta.db_table, "candidate_id")]


@transaction.atomic
def merge(*, kept: Person, gone: Person, actor: Person | None) -> Merge:
    """Everything that names `gone` names `kept` from now on; `gone` stays behind, departed, until it is erased.

    Rows that `kept` has the like of already stay with `gone`, and are told (`Merge.left`). Of two accounts the one
    of `kept` stays. Raises DomainError for the same profile twice, and for one that was merged already.
    """
    pipeline.lock()
    if kept.pk == gone.pk:
        raise DomainError("same", _("Choisissez deux fiches différentes."))
    kept, gone = hold(kept), hold(gone)
    for one in (kept, gone):
        ranks.guard_rank(actor, one.roles)
        if one.merged_into_id is not None:
            raise Conflict("merged", _("Cette fiche a déjà été réunie à une autre."))
    row = Merge(kept=kept, gone=gone, actor=actor, before={"kept": _image(kept), "gone": _image(gone)})
    _move_rows(row)
    _move_account(kept, gone)
    _fill(kept, gone)
    gone.merged_into, gone.left_on = kept, gone.left_on or timezone.localdate()
    if gone.arrived_on and gone.arrived_on > gone.left_on:
        gone.arrived_on = gone.left_on
    gone.save()
    row.before["after"] = _image(kept)
    row.save()
    _tell_region(kept)
    record("imports.merge", actor=actor, target=kept, changes={"personne": [gone.full_name, kept.full_name]})
    return row


@transaction.atomic
def unmerge(*, merge: Merge, actor: Person | None) -> Merge:
    """Take the two apart: what moved moves back, unless it is gone or has moved on since."""
    pipeline.lock()
    row = hold(merge)
    if row.undone_at is not None:
        raise Conflict("undone", _("Ces fiches sont déjà séparées."))
    kept, gone = hold(row.kept), hold(row.gone)
    for one in (kept, gone):
        ranks.guard_rank(actor, one.roles)
    for place, pks in row.moved.items():
        table, column = place.split(".")
        _move(table, column, kept.pk, gone.pk, pks, [])
    _restore(kept, row.before["kept"], row.before["after"])
    gone.merged_into = None
    for name in ("left_on", "arrived_on"):
        setattr(gone, name, _value(Person, name, row.before["gone"][name]))
    gone.account_id = None
    gone.save()
    _accounts_back(kept, gone, row.before)
    _tell_region(gone)
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    record("imports.unmerge", actor=actor, target=kept, changes={"personne": [kept.full_name, gone.full_name]})
    return row


# --- rows -----------------------------------------------------------------------------------------------
def _move_rows(row: Merge) -> None:
    """Every key to a person, in every model that the school has. What may not move is left, and told."""
    for table, column in [*references_to(Person), *_IMPORTS]:
        if (table, column) in _OWN:
            continue
        with connection.cursor() as cursor:
            statement = f"SELECT id FROM {_quoted(table)} WHERE {_quoted(column)} = %s ORDER BY id"  # noqa: S608 -- names of models
            cursor.execute(statement, [row.gone_id])
            pks = [found[0] for found in cursor.fetchall()]
        if pks:
            left: list[Any] = []
            moved = _move(table, column, row.gone_id, row.kept_id, pks, left)
            if moved:
                row.moved[f"{table}.{column}"] = moved
            if left:
                row.left[f"{table}.{column}"] = left


def _move(table: str, column: str, before: int, after: int, pks: list[Any], left: list[Any]) -> list[Any]:
    """Point the rows at the other person: all at once, or one by one where some would be there twice."""
    statement = (
        f"UPDATE {_quoted(table)} SET {_quoted(column)} = %s WHERE id = ANY(%s) AND {_quoted(column)} = %s RETURNING id"  # noqa: S608 -- names of models
    )

    def move(some: list[Any]) -> list[Any]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [after, some, before])
            return [row[0] for row in cursor.fetchall()]

    try:
        return move(pks)
    except IntegrityError:
        moved: list[Any] = []
        for pk in pks:
            try:
                moved += move([pk])
            except IntegrityError:
                left.append(pk)
        return moved


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _tell_region(person: Person) -> None:
    """Keys that moved name this person from now on, in other schools too."""
    keys = Identity.objects.filter(person=person).values_list("key", flat=True)
    identities.note(current_uai(), [(person.pk, identities.hash_of(key)) for key in keys if is_shared(key)])


# --- the two profiles -----------------------------------------------------------------------------------
def _image(person: Person) -> dict[str, Any]:
    found = {name: _plain(getattr(person, name)) for name in _KEPT}
    return found | {name: _plain(getattr(person, name)) for name in ("left_on", "arrived_on")}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | list | dict) else str(value)


def _value(model: Any, name: str, raw: Any) -> Any:
    return model._meta.get_field(name).to_python(raw)


def _fill(kept: Person, gone: Person) -> None:
    for name in _FILLED:
        if not getattr(kept, name) and getattr(gone, name):
            setattr(kept, name, getattr(gone, name))
    kept.roles = sorted({*kept.roles, *gone.roles})
    kept.external_ids = {**gone.external_ids, **kept.external_ids}
    if gone.left_on is None:
        kept.left_on = None
    save_person(kept)


def _restore(kept: Person, before: dict[str, Any], after: dict[str, Any]) -> None:
    """What the merge changed of it, unless somebody has changed it since."""
    for name in (*_FILLED, "roles", "external_ids", "left_on"):
        if _plain(getattr(kept, name)) == after.get(name):
            setattr(kept, name, _value(Person, name, before[name]))
    save_person(kept)


# --- accounts -------------------------------------------------------------------------------------------
def _move_account(kept: Person, gone: Person) -> None:
    """One account stays: that of `kept`, else that of `gone`."""
    account, gone.account_id = gone.account_id, None
    if account is None:
        return
    linking.unlink_many(uai=current_uai(), account_ids=[account])
    Person.objects.filter(pk=gone.pk).update(account_id=None)
    if kept.account_id is None and linking.link_many(uai=current_uai(), people={kept.pk: account}):
        kept.account_id = account


def _accounts_back(kept: Person, gone: Person, before: dict[str, Any]) -> None:
    account = before["gone"]["account_id"]
    if account is None:
        return
    if kept.account_id == account:
        linking.unlink_many(uai=current_uai(), account_ids=[account])
        kept.account_id = None
        kept.save(update_fields=["account_id", "updated_at"])
    if gone.left_on is not None:
        free = not Person.objects.filter(account_id=account).exists()
    else:
        free = bool(linking.link_many(uai=current_uai(), people={gone.pk: account}))
    if free:
        gone.account_id = account
        gone.save(update_fields=["account_id", "updated_at"])
