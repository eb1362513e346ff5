"""Mail is sent apart from the request: a known and an unknown address are answered in the same time."""

from typing import Any

import structlog
from allauth.account import app_settings
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from celery import shared_task
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from tenants.accounts import mail, selectors, services
from tenants.accounts.hosts import PUBLIC, at_host, urlconf_of
from tenants.accounts.models import Account
from tenants.establishments.hosts import region_url
from tenants.establishments.models import Establishment
from tenants.schemas.loops import each_school
from tenants.schemas.tasks import RegionalTask
from tenants.work import services as work

logger = structlog.get_logger(__name__)


def enqueue(task: Any, **arguments: Any) -> None:
    """Hand over to a worker; without a broker the mail is sent at once rather than lost."""
    try:
        task.apply_async(kwargs=arguments, retry=False)
    except OperationalError:
        logger.exception("no broker: the mail is sent within the request", task=task.name)
        task(**arguments)


@shared_task(base=RegionalTask, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def send_mail(*, kind: str, to: str, login: str, url: str = "", school: str = "", other: str = "") -> None:
    mail.send(kind, to, login=login, url=url, school=school, other=other)


@shared_task(base=RegionalTask, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def send_reset_link(*, email: str, schema: str, origin: str) -> None:
    """Send the link that chooses a new password on one host; an unverified address gets nothing."""
    address = (
        EmailAddress.objects.filter(email=email, verified=True, user__is_active=True).select_related("user").first()
    )
    if address is None:
        return
    account = address.user
    with at_host(schema):
        key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(account)
    path = reverse(
        "account_reset_password_from_key",
        urlconf=urlconf_of(schema),
        kwargs={"uidb36": user_pk_to_url_str(account), "key": key},
    )
    mail.send("password_reset_key", email, login=account.login, url=f"{origin}{path}")


@shared_task(base=RegionalTask, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def send_confirmation(*, account_id: int) -> None:
    """Send the link that confirms the account's address, at the front door. Nothing when there is none to confirm."""
    address = EmailAddress.objects.filter(user_id=account_id, verified=False).select_related("user").first()
    if address is None:
        return
    path = reverse(
        "account_confirm_email", urlconf=urlconf_of(PUBLIC), args=[EmailConfirmationHMAC.create(address).key]
    )
    mail.send("email_confirmation", address.email, login=address.user.login, url=region_url(path))


@shared_task(base=RegionalTask, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def tell_linked(*, account_ids: list[int], uai: str) -> None:
    """Tell the owners of these accounts that a further school is theirs: those who have a verified address."""
    place = Establishment.objects.get(uai=uai)
    logins = dict(Account.objects.filter(pk__in=account_ids).values_list("pk", "login"))
    url = region_url(reverse("account_home", urlconf=urlconf_of(PUBLIC)))
    for pk, address in selectors.verified_addresses(account_ids).items():
        enqueue(
            send_mail, kind="profile_linked", to=address, login=logins[pk], url=url, school=place.display_name
        )


@shared_task(base=RegionalTask, retryable=True)
def invite_schools(uais: list[str], by_mail: bool, by_letter: bool) -> None:
    """Have each of these schools invite its people; a failure in one leaves the others. Sent twice, nobody is
    written to twice."""
    invite = import_string(settings.SCHOOL_INVITATIONS)
    with work.track(_("Invitations à ouvrir les comptes"), total=len(uais)) as job:
        for uai in uais:
            each_school(lambda: invite(by_mail=by_mail, by_letter=by_letter), uais=[uai], name="invitations")
            job.advance()


@shared_task(base=RegionalTask)
def forget_unused() -> int:
    """Delete the accounts that nobody has needed for three months (run by the scheduler). Returns how many."""
    return services.forget_unused(now=timezone.now())
