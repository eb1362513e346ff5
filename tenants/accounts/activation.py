"""What a one-time code opens: an account for a person of a school, or a new password for the one they have."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tenants.accounts import codes, selectors, services, tasks
from tenants.accounts.identities import profiles
from tenants.accounts.models import Account, ActivationCode, Membership
from tenants.audit.services import record
from tenants.errors import Conflict, DomainError
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas.context import region, school


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What the door may say of the person that a code belongs to: enough for them to know themselves, no more."""

    first_name: str
    last_name: str
    # « responsable de Léo et Emma », « élève »
    quality: str
    # A second thing known, asked before any name is shown; None where the school does not ask it
    birth_date: date | None = None

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Opening:
    """A living code, the person it is for, and the school. `account`: the one they have already, if they do."""

    code: ActivationCode
    profile: Profile
    establishment: Establishment
    account: Account | None

    @property
    def is_recovery(self) -> bool:
        """Whether it gives a new password; also for an account that was made for them and never used."""
        return self.account is not None


def opening_of(code: ActivationCode) -> Opening:
    """Raises DomainError when the code, its person or its school are no longer there to be opened."""
    codes.guard_living(code)
    with region():
        place = Establishment.objects.filter(uai=code.uai, lifecycle=Lifecycle.ACTIVE).first()
    if place is None:
        raise DomainError("code-closed", _("Cet établissement n’est pas ouvert en ce moment."))
    with school(place):
        profile: Profile | None = profiles().describe(code.person_id)
    if profile is None:
        raise DomainError("code-left", _("Ce code était celui d’une personne qui n’est plus dans l’établissement."))
    account = selectors.account_of(code.uai, code.person_id)
    if code.purpose == codes.Purpose.ACTIVATE and account is not None and account.signed_in_at is not None:
        sentence = _("Votre accès est déjà ouvert\u00a0: connectez-vous avec votre identifiant.")
        raise DomainError("code-used", sentence, {"code": sentence})
    if account is not None and not account.is_active:
        raise DomainError("code-closed", _("Ce compte est désactivé."))
    if code.purpose == codes.Purpose.RECOVER and account is None:
        raise DomainError("code-left", _("Ce compte n’ouvre plus l’établissement. Demandez un code d’activation."))
    return Opening(code, profile, place, account)


def create(*, opening: Opening, login: str, password: str, email: str = "") -> Account:
    """A new account for the person, with the password that they chose. Uses the code up.

    An address is noted as not verified, and a link to confirm it is sent there. Raises DomainError with a sentence
    for each field that must be mended.
    """
    check_password(password, Account(login=login.strip().lower(), email=email))
    with region(), transaction.atomic():
        codes.use(opening.code)
        account = services.create_account(login=login, email=email, password=password, actor=None)
        _open(opening, account)
        if email:
            transaction.on_commit(lambda: tasks.enqueue(tasks.send_confirmation, account_id=account.pk))
    return account


def join(*, opening: Opening, account: Account) -> None:
    """The person's existing account, which has just been proved, opens this school too. Uses the code up.

    Raises Conflict when it already opens it as somebody else: the school is then asked whether both are one.
    """
    with region():
        other = Membership.objects.filter(account_id=account.pk, uai=opening.code.uai).first()
    if other is not None:
        with school(opening.establishment):
            name = profiles().propose_merge(opening.code.person_id, other.person_id)
        sentence = _(
            "Votre compte ouvre déjà cet établissement, au nom de %(name)s. L’établissement est prévenu\u00a0: il "
            "vérifiera si les deux fiches sont la vôtre et les réunira."
        )
        raise Conflict("account-linked", sentence % {"name": name})
    with region(), transaction.atomic():
        codes.use(opening.code)
        _open(opening, account)


def _open(opening: Opening, account: Account) -> None:
    code = opening.code
    services.link(account=account, uai=code.uai, person_id=code.person_id, actor=account)
    with school(opening.establishment):
        profiles().activated(code.person_id, account_id=account.pk, login=account.login)


def recover(*, opening: Opening, password: str) -> Account:
    """A new password by a recovery code; every session ends, and the owner's address is told. Uses the code up."""
    account = opening.account
    assert account is not None  # noqa: S101 -- `opening_of` has refused a recovery without account
    check_password(password, account)
    first_time = account.signed_in_at is None
    with region(), transaction.atomic():
        codes.use(opening.code)
        services.set_password(account=account, password=password, actor=account)
        record(
            "account.recovered", actor=account, target_type="account", target_id=str(account.pk),
            target_label=account.login, changes={"uai": [None, opening.code.uai]},
        )  # fmt: skip
        with school(opening.establishment):
            if first_time:
                profiles().activated(opening.code.person_id, account_id=account.pk, login=account.login)
            else:
                profiles().recovered(opening.code.person_id)
        if address := selectors.verified_address(account):
            login = account.login
            transaction.on_commit(
                lambda: tasks.enqueue(tasks.send_mail, kind="password_changed", to=address, login=login)
            )
    return account


def check_password(password: str, account: Account) -> None:
    """Raises DomainError with what the password lacks."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        sentence = " ".join(error.messages)
        raise DomainError("password", sentence, {"password1": sentence}) from error
