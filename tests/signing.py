"""Signing in without the form, where the form is not what is tested."""

from importlib import import_module
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from core.people.models import Person
from tenants.accounts.models import Account
from tenants.establishments.models import Establishment
from tenants.schemas.context import region, school
from tests.factories import client_for


def signed_in_client(establishment: Establishment, person: Person, *, second_factor: bool = True) -> Client:
    client = client_for(establishment)
    with region():
        account = Account.objects.get(pk=person.account_id)
    with school(establishment):
        _put_session(client, account, second_factor=second_factor)
    return client


def signed_in_at_front_door(account: Account, *, second_factor: bool = True) -> Client:
    client = client_for(None)
    with region():
        _put_session(client, account, second_factor=second_factor)
    return client


def _put_session(client: Client, account: Account, *, second_factor: bool) -> None:
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    if second_factor:
        session["mfa_at"] = int(time())
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
