from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tenants.accounts.models import Account, RegionalRole
from tests.factories import make_account

pytestmark = pytest.mark.django_db


def _run(*words):
    out = StringIO()
    call_command("regional_account", *words, stdout=out)
    return out.getvalue()


def test_the_first_administrator_is_made_with_a_password_that_works():
    said = _run("anne.region", "--email", "anne@example.org")
    account = Account.objects.get(login="anne.region")
    assert account.check_password(said.split()[-1])
    assert RegionalRole.objects.get(account=account).role == "administrator"


def test_an_account_that_exists_keeps_its_password():
    account = make_account()
    said = _run(account.login, "--role", "support", "--scope", "departement", "--value", "067")
    assert "Mot de passe" not in said
    assert RegionalRole.objects.get(account=account).scope_value == "067"


@pytest.mark.parametrize("words", [("x", "--value", "067"), ("x", "--scope", "academie"), ("É",)])
def test_nonsense_is_refused(words):
    with pytest.raises(CommandError):
        _run(*words)
    assert not Account.objects.exists()
