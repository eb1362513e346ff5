"""What the region's own tables know of one school, as plain data: for its bundle and for its tombstone.

Rows are written by field name, so that a bundle of an older or newer version is read as far as both know it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db.models import Model, Q

from tenants.accounts.models import (
    Account,
    AccountSession,
    ActivationCode,
    KnownIdentity,
    Membership,
    Reunion,
    Ticket,
)
from tenants.adoption.models import ModuleReach, WeekUse
from tenants.establishments.models import Domain, Establishment
from tenants.policies.models import EnabledModule, Policy, Rollout
from tenants.schemas.archive.refusals import altered
from tenants.schemas.models import InstalledApp, ModulePurge, ProvisioningStep
from tenants.transfers.models import Transfer

Rows = dict[str, Any]

# Of an account: what signing in needs. Its stamp is made anew, its regional roles stay with the region.
_ACCOUNT = ("id", "login", "email", "phone", "password", "is_active", "created_at", "signed_in_at")
_SCHOOL = ("slug", "display_name", "accent_colour", "lifecycle", "official_name", "type", "lycee_type", "sector",
           "commune_code", "commune", "postal_code", "departement_code", "departement", "academie",
           "headcount")  # fmt: skip
_APP = ("app_label", "version", "state", "migration", "error", "operations_done", "installed_at", "changed_at")
_MODULE = ("module", "enabled")
_POLICY = ("module", "effect", "defaults", "locked", "note", "created_at")
_STEP = ("position", "key", "label", "state", "started_at", "finished_at", "error")
_MEMBER = ("account_id", "person_id", "created_at")


def gather(establishment: Establishment) -> Rows:
    """All of it but the accounts. Read in the regional context, in the caller's transaction."""
    uai = establishment.uai
    return {
        "establishment": _row(establishment, _SCHOOL),
        "domains": _rows(Domain.objects.filter(tenant=establishment).order_by("domain"), ("domain", "is_primary")),
        "apps": _rows(InstalledApp.objects.filter(uai=uai).order_by("app_label"), _APP),
        "modules": _rows(EnabledModule.objects.filter(uai=uai).order_by("module"), _MODULE),
        "policies": _rows(_policies(uai).order_by("module"), _POLICY),
        "steps": _rows(ProvisioningStep.objects.filter(uai=uai).order_by("position"), _STEP),
        "memberships": _rows(Membership.objects.filter(uai=uai).order_by("person_id"), _MEMBER),
    }


def gather_accounts(ids: Iterable[int]) -> list[Rows]:
    """Accounts with their addresses and second factors, by id."""
    wanted = list(ids)
    addresses = _by_account(EmailAddress, wanted, ("email", "verified", "primary"))
    factors = _by_account(Authenticator, wanted, ("type", "data", "created_at", "last_used_at"))
    return [
        _row(account, _ACCOUNT) | {"addresses": addresses.get(account.pk, []), "factors": factors.get(account.pk, [])}
        for account in Account.objects.filter(pk__in=wanted).order_by("pk")
    ]


def gather_names(ids: Iterable[int]) -> list[Rows]:
    """What tells an account from another, without anything that opens it."""
    return _rows(Account.objects.filter(pk__in=list(ids)).order_by("pk"), ("id", "login", "created_at"))


def withdraw(establishment: Establishment) -> None:
    """Remove what `gather` gave, but the directory's own row and the region's policies; end open sessions."""
    uai, schema = establishment.uai, establishment.schema_name
    for rows in (
        Domain.objects.filter(tenant=establishment),
        InstalledApp.objects.filter(uai=uai),
        EnabledModule.objects.filter(uai=uai),
        ModuleReach.objects.filter(uai=uai),
        WeekUse.objects.filter(uai=uai),
        Rollout.objects.filter(uai=uai),
        ModulePurge.objects.filter(uai=uai),
        ProvisioningStep.objects.filter(uai=uai),
        Membership.objects.filter(uai=uai),
        ActivationCode.objects.filter(uai=uai),
        KnownIdentity.objects.filter(uai=uai),
        Reunion.objects.filter(uai=uai),
        Transfer.objects.filter(Q(from_uai=uai) | Q(to_uai=uai)),
        AccountSession.objects.filter(schema_name=schema),
        Ticket.objects.filter(schema_name=schema),
    ):
        rows.delete()


def put_back(establishment: Establishment, rows: Rows, accounts: dict[int, int], *, addresses: bool) -> list[str]:
    """Write what `gather` gave for a school that has none of it. `accounts`: id then to id now.

    `addresses`: the school's further domains too; returns those that lead elsewhere by now. The region's policies
    of today win over those of then.
    """
    uai = establishment.uai
    InstalledApp.objects.bulk_create([made(InstalledApp, row, uai=uai) for row in rows["apps"]])
    EnabledModule.objects.bulk_create([made(EnabledModule, row, uai=uai) for row in rows["modules"]])
    ProvisioningStep.objects.bulk_create([made(ProvisioningStep, row, uai=uai) for row in rows["steps"]])
    Policy.objects.bulk_create(
        [made(Policy, row, scope=Policy.Scope.SCHOOL, scope_value=uai) for row in rows["policies"]],
        ignore_conflicts=True,
    )
    Membership.objects.bulk_create(
        [
            made(
                Membership, row, uai=uai, schema_name=establishment.schema_name, account_id=accounts[row["account_id"]]
            )
            for row in rows["memberships"]
            if row["account_id"] in accounts
        ],
        batch_size=5000,
    )
    return _domains_back(establishment, rows["domains"]) if addresses else []


def _domains_back(establishment: Establishment, rows: list[Rows]) -> list[str]:
    taken = set(Domain.objects.filter(domain__in=[row["domain"] for row in rows]).values_list("domain", flat=True))
    Domain.objects.bulk_create(
        [made(Domain, row, tenant=establishment) for row in rows if row["domain"] not in taken]
    )
    return sorted(taken)


def _policies(uai: str) -> Any:
    return Policy.objects.filter(scope=Policy.Scope.SCHOOL, scope_value=uai)


def _by_account(model: type[Model], ids: list[int], fields: tuple[str, ...]) -> dict[int, list[Rows]]:
    found: dict[int, list[Rows]] = {}
    for row in model._default_manager.filter(user_id__in=ids).order_by("pk"):
        found.setdefault(row.user_id, []).append(_row(row, fields))  # type: ignore[attr-defined]
    return found


def _rows(rows: Iterable[Model], fields: tuple[str, ...]) -> list[Rows]:
    return [_row(row, fields) for row in rows]


def _row(row: Model, fields: tuple[str, ...]) -> Rows:
    return {name: _plain(getattr(row, name)) for name in fields}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def made(model: type[Model], row: Rows, **values: Any) -> Any:
    """An instance from what was written; fields that this version does not know are passed over."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    try:
        known = {name: fields[name].to_python(value) for name, value in row.items() if name in fields}
    except ValidationError:
        raise altered(model._meta.label_lower) from None
    return model(**(known | values))
