"""Making, changing, removing and undoing the region's policies: counted first, written down after."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.audit.services import record
from tenants.errors import Conflict, DomainError
from tenants.establishments.models import Establishment
from tenants.policies import rollout, scopes
from tenants.policies.catalogue import Entry, catalogue, subjects
from tenants.policies.impact import Impact, impact
from tenants.policies.models import Policy, PolicyChange

_SALT = "tenants.policies.proposal"
PROPOSAL_AGE = 60 * 60  # seconds between seeing the impact and applying
NEW = -1  # the version of a policy that does not exist yet


@dataclass(frozen=True)
class Draft:
    """A policy as it is wished. `effect` "" means: no policy for this scope any more."""

    module: str
    scope: str
    scope_value: str = ""
    effect: str = ""
    defaults: dict[str, Any] = field(default_factory=dict)
    locked: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def key(self) -> dict[str, str]:
        return {"module": self.module, "scope": self.scope, "scope_value": self.scope_value}

    def fields(self) -> dict[str, Any] | None:
        """What is stored, or None for the absence of a policy."""
        if not self.effect:
            return None
        return {"effect": self.effect, "defaults": self.defaults, "locked": self.locked, "note": self.note}


def snapshot(policy: Policy | None) -> dict[str, Any] | None:
    if policy is None:
        return None
    return {
        "effect": policy.effect,
        "defaults": policy.defaults,
        "locked": sorted(policy.locked),
        "note": policy.note,
    }


def propose(draft: Draft, *, actor: Account, seen: int) -> tuple[Impact, str]:
    """What the policy would change, and the sealed proposal that `accept` takes.

    `seen` is the version of the policy that the form showed (NEW for a new one). Raises DomainError for what
    may not be, Conflict when somebody changed the policy meanwhile.
    """
    draft = _checked(draft, actor)
    current = Policy.objects.filter(**draft.key).first()
    _unmoved(current, seen)
    if snapshot(current) == draft.fields():
        raise DomainError("nothing", _("Rien ne change\u00a0: c’est déjà la règle."))
    content = {"draft": asdict(draft), "seen": seen}
    return _impact(draft), signing.dumps(content, salt=_SALT, compress=True)


def accept(proposal: str, *, actor: Account) -> PolicyChange:
    """Apply a proposal whose impact was shown."""
    try:
        content = signing.loads(proposal, salt=_SALT, max_age=PROPOSAL_AGE)
    except signing.BadSignature:
        raise DomainError("stale", _("Cette page a trop attendu. Refaites votre changement.")) from None
    return apply(Draft(**content["draft"]), actor=actor, seen=content["seen"])


def apply(draft: Draft, *, actor: Account, seen: int | None = None, undoes: PolicyChange | None = None) -> PolicyChange:
    """Store the policy, its history and the journal together; forbidding and locking take effect at once.

    What it newly requires is put in place in the background (`tenants.policies.rollout`).
    """
    draft = _checked(draft, actor)
    counted = _impact(draft)
    with transaction.atomic():
        current = Policy.objects.select_for_update().filter(**draft.key).first()
        if seen is not None:
            _unmoved(current, seen)
        before, after = snapshot(current), draft.fields()
        if before == after:
            raise DomainError("nothing", _("Rien ne change\u00a0: c’est déjà la règle."))
        _store(draft, current)
        change = PolicyChange.objects.create(
            **draft.key,
            actor_account_id=actor.pk,
            actor_name=actor.login,
            before=before,
            after=after,
            reached=counted.reached,
            changed=counted.changed,
            undoes=undoes,
        )
        _audit(draft, before, after, actor, undoes)
        rollout.plan(draft.module, [school.place.uai for school in counted.install])
    return change


def _store(draft: Draft, current: Policy | None) -> None:
    after = draft.fields()
    if after is None:
        if current is not None:
            current.delete()
        return
    policy = current or Policy(**draft.key)
    for name, value in after.items():
        setattr(policy, name, value)
    policy.version += 1
    policy.save()


def _audit(draft: Draft, before: Any, after: Any, actor: Account, undoes: PolicyChange | None) -> None:
    verb = "undo" if undoes else "create" if before is None else "delete" if after is None else "change"
    names = ("effect", "defaults", "locked", "note")
    values = {name: [(before or {}).get(name), (after or {}).get(name)] for name in names}
    record(
        f"policies.{verb}",
        actor=actor,
        target_type="policy",
        target_id=f"{draft.module}:{draft.scope}:{draft.scope_value}",
        target_label=f"{subject_of(draft.module).name} · {scopes.label(draft.scope, draft.scope_value)}",
        changes={name: pair for name, pair in values.items() if pair[0] != pair[1]},
    )


def undo(change: PolicyChange, *, actor: Account) -> PolicyChange:
    """Put back what a change replaced. Raises DomainError if it is undone, Conflict if something is newer."""
    with transaction.atomic():
        change = PolicyChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
        return apply(undo_draft(change), actor=actor, undoes=change)


def undo_draft(change: PolicyChange) -> Draft:
    """The policy as it was before the change."""
    if hasattr(change, "undone_by"):
        raise DomainError("undone", _("Ce changement est déjà annulé."))
    key: dict[str, Any] = {
        "module": change.module,
        "scope": change.scope,
        "scope_value": change.scope_value,
    }
    if snapshot(Policy.objects.filter(**key).first()) != change.after:
        raise Conflict("newer", _("Cette règle a changé depuis. Annulez d’abord le changement plus récent."))
    return Draft(**key, **(change.before or {}))


def undo_impact(change: PolicyChange) -> Impact:
    return _impact(undo_draft(change))


def entry_of(module: str) -> Entry:
    """Raises DomainError for a module that the installation does not have."""
    return _found(catalogue().get(module))


def subject_of(module: str) -> Entry:
    """The same, areas of core included: what a policy speaks of."""
    return _found(subjects().get(module))


def _found(entry: Entry | None) -> Entry:
    if entry is None:
        raise DomainError("unknown-module", _("Ce module n’existe pas dans cette installation."))
    return entry


def _impact(draft: Draft) -> Impact:
    after = Policy(**draft.key, **(draft.fields() or {})) if draft.effect else None
    return impact(subject_of(draft.module), draft.scope, draft.scope_value, after)


def _unmoved(current: Policy | None, seen: int) -> None:
    if (current.version if current else NEW) != seen:
        raise Conflict("moved", _("Quelqu’un a changé cette règle entre-temps. Voici où elle en est."))


def _checked(draft: Draft, actor: Account) -> Draft:
    """The draft with clean values. Raises DomainError for what it may not say, or not by this actor."""
    entry = subject_of(draft.module)
    if draft.scope not in Policy.Scope.values or not scopes.exists(draft.scope, draft.scope_value):
        raise DomainError("scope", _("Cette portée n’existe pas."), {"scope": _("Choisissez une portée.")})
    part = scopes.part_of(actor)
    if not part.holds(draft.scope, draft.scope_value):
        raise DomainError("outside", _("Cette portée dépasse la partie de la région que vous administrez."))
    if draft.effect and draft.effect not in Policy.Effect.values:
        raise DomainError("effect", _("Cette règle n’existe pas."), {"effect": _("Choisissez une règle.")})
    if entry.core and draft.effect not in {"", Policy.Effect.KEEP}:
        message = _("Cette partie est toujours là\u00a0: seules ses options se règlent.")
        raise DomainError("core", message, {"effect": message})
    unknown = set(draft.locked) - set(entry.lock_labels())
    if unknown or len(draft.note) > 300:
        raise DomainError("locked", _("Ce verrou n’existe pas, ou le motif est trop long (300 caractères)."))
    _not_overruling(draft, part)
    return Draft(
        **draft.key,
        effect=draft.effect,
        defaults=_clean_defaults(entry, draft.defaults),
        locked=sorted(set(draft.locked)),
        note=" ".join(draft.note.split()),
    )


def _clean_defaults(entry: Entry, defaults: dict[str, Any]) -> dict[str, Any]:
    cleaned = {}
    for key, value in defaults.items():
        option = entry.option(key)
        message = _("Cette valeur ne convient pas.")
        if option is None:
            raise DomainError("setting", message)
        try:
            cleaned[key] = option.clean(value)
        except ValueError:
            raise DomainError("setting", message, {f"value_{key}": message}) from None
    return cleaned


def _not_overruling(draft: Draft, part: scopes.Part) -> None:
    """Whoever administers a part of the region may not undo what was decided for more than that part."""
    if part.whole:
        return
    for wider in Policy.objects.filter(module=draft.module).exclude(scope=Policy.Scope.SCHOOL):
        if part.holds(wider.scope, wider.scope_value) or not _over(wider, draft):
            continue
        firm = wider.effect in {Policy.Effect.REQUIRE, Policy.Effect.FORBID}
        contrary = draft.effect not in {"", wider.effect, Policy.Effect.KEEP}
        if (firm and contrary) or set(wider.locked) & set(draft.defaults):
            raise DomainError(
                "overrules", _("La région en a décidé pour plus large\u00a0: cette règle la contredirait.")
            )


def _over(wider: Policy, draft: Draft) -> bool:
    """Whether the wider policy reaches some school of the draft's scope."""
    shared = scopes.q_for(draft.scope, draft.scope_value) & scopes.q_for(wider.scope, wider.scope_value)
    return Establishment.objects.filter(shared).exists()
