"""The pages: one's own tokens, and the school's webhooks."""

import re

import pytest

from core.api.models import AccessToken, Webhook
from tenants.schemas.context import school
from tests.core.api.conftest import ApiClient, host_of, make_token
from tests.factories import make_person
from tests.signing import signed_in_client

pytestmark = pytest.mark.django_db
KIND = "news.published"
FORM = {"name": "Export des classes", "scopes": ["structure.read"], "days": "90"}


def make_webhook(establishment, **fields):
    with school(establishment):
        values = {"name": "Cantine", "url": "https://93.184.215.14/", "kinds": [KIND]}
        return Webhook.objects.create(**(values | fields))


def test_secret_is_shown_once_and_works(lycee_a, as_person):
    client, _person = as_person(lycee_a, "teacher")
    page = client.post("/mes-jetons/nouveau/", FORM).content.decode()
    secret = re.search(r"preau_[\w-]{43}", page).group()
    assert ApiClient(host_of(lycee_a), secret).get("me").status_code == 200
    assert secret not in client.get("/mes-jetons/").content.decode()


def test_page_with_the_secret_is_kept_nowhere(lycee_a, as_person):
    client, _person = as_person(lycee_a, "teacher")
    assert "no-store" in client.post("/mes-jetons/nouveau/", FORM).headers["Cache-Control"]


def test_reading_is_ticked_and_writing_is_not(lycee_a, as_person):
    client, _person = as_person(lycee_a, "management")
    page = client.get("/mes-jetons/nouveau/").content.decode()
    ticked = re.findall(r'name="scopes" value="([\w.]+)"[^>]*checked', page)
    assert "people.read" in ticked
    assert not {"news.write", "news.publish", "api.manage_webhooks", "notifications.mark"} & set(ticked)


def test_token_asks_for_a_second_factor_first(lycee_a):
    person = make_person(lycee_a, "teacher", account=True)
    client = signed_in_client(lycee_a, person, second_factor=False)
    response = client.post("/mes-jetons/nouveau/", FORM)
    assert response.status_code == 403
    assert "C’est bien vous" in response.content.decode()
    with school(lycee_a):
        assert not AccessToken.objects.exists()


def test_second_factor_of_yesterday_is_not_enough(lycee_a, as_person):
    client, _person = as_person(lycee_a, "teacher")
    with school(lycee_a):
        session = client.session
        session["mfa_at"] -= 24 * 3600
        session.save()
    assert client.get("/mes-jetons/nouveau/").status_code == 403


def test_refused_form_says_why(lycee_a, as_person):
    client, _person = as_person(lycee_a, "teacher")
    response = client.post("/mes-jetons/nouveau/", {"name": "", "days": "1000"})
    assert response.status_code == 422


def test_pupil_has_no_page_of_tokens(lycee_a, as_person):
    client, _person = as_person(lycee_a, "pupil")
    assert [client.get(f"/mes-jetons/{end}").status_code for end in ("", "nouveau/")] == [404, 404]


def test_who_may_no_longer_hold_tokens_can_still_revoke(lycee_a, as_person):
    client, person = as_person(lycee_a, "pupil")
    token, _secret = make_token(lycee_a, person)
    assert client.get("/mes-jetons/").status_code == 200
    client.post(f"/mes-jetons/{token.pk}/revoquer/")
    with school(lycee_a):
        assert AccessToken.objects.get().revoked_at is not None


def test_token_of_somebody_else_is_not_there(lycee_a, as_person):
    client, _person = as_person(lycee_a, "management")
    other = make_person(lycee_a, "teacher", account=True)
    token, _secret = make_token(lycee_a, other)
    assert client.post(f"/mes-jetons/{token.pk}/revoquer/").status_code == 404


def test_revoked_token_opens_nothing(lycee_a, as_person):
    client, person = as_person(lycee_a, "teacher")
    token, secret = make_token(lycee_a, person)
    client.post(f"/mes-jetons/{token.pk}/revoquer/")
    assert ApiClient(host_of(lycee_a), secret).get("me").status_code == 401


def test_menu_leads_to_tokens_for_whom_may_have_some(lycee_a, as_person):
    teacher, pupil = as_person(lycee_a, "teacher")[0], as_person(lycee_a, "pupil")[0]
    assert "/mes-jetons/" in teacher.get("/").content.decode()
    assert "/mes-jetons/" not in pupil.get("/").content.decode()


def test_tokens_take_as_many_queries_for_one_as_for_three(lycee_a, as_person, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, person = as_person(lycee_a, "teacher")
    make_token(lycee_a, person)
    client.get("/mes-jetons/")
    with CaptureQueriesContext(connection) as one:
        client.get("/mes-jetons/")
    make_token(lycee_a, person, name="b")
    make_token(lycee_a, person, name="c")
    with django_assert_num_queries(len(one)):
        client.get("/mes-jetons/")


# --- Webhooks -----------------------------------------------------------------------------------------------
def test_webhook_is_made_and_its_secret_shown_once(lycee_a, as_person):
    client, _person = as_person(lycee_a, "digital_referent")
    values = {"name": "Cantine", "url": "https://93.184.215.14/préau", "kinds": [KIND]}
    page = client.post("/appels-sortants/nouveau/", values).content.decode()
    secret = re.search(r"whsec_[\w+/=]{44}", page).group()
    with school(lycee_a):
        pk = Webhook.objects.get().pk
    assert secret not in client.get(f"/appels-sortants/{pk}/").content.decode()


def test_address_inside_is_refused_beside_its_field(lycee_a, as_person):
    client, _person = as_person(lycee_a, "digital_referent")
    values = {"name": "Dedans", "url": "https://10.0.0.1/", "kinds": [KIND]}
    response = client.post("/appels-sortants/nouveau/", values)
    assert response.status_code == 422
    assert "réseau interne" in response.content.decode()


def test_webhook_keeps_the_kinds_of_a_module_that_is_off(lycee_a, as_person):
    from core.modules.models import ModuleChoice

    client, _person = as_person(lycee_a, "digital_referent")
    webhook = make_webhook(lycee_a, kinds=[KIND, "dummy.planned"])
    with school(lycee_a):
        ModuleChoice.objects.filter(slug="dummy").update(enabled=False)
    client.post(
        f"/appels-sortants/{webhook.pk}/modifier/", {"name": "Cantine", "url": webhook.url, "kinds": [KIND]}
    )
    with school(lycee_a):
        assert Webhook.objects.get().kinds == ["dummy.planned", KIND]


@pytest.mark.parametrize("step", ["essayer", "arreter", "relancer"])
def test_each_step_comes_back_to_the_webhook(lycee_a, as_person, step):
    client, _person = as_person(lycee_a, "digital_referent")
    webhook = make_webhook(lycee_a)
    response = client.post(f"/appels-sortants/{webhook.pk}/{step}/")
    assert (response.status_code, response.url) == (302, f"/appels-sortants/{webhook.pk}/")


def test_secret_is_replaced(lycee_a, as_person):
    client, _person = as_person(lycee_a, "digital_referent")
    webhook = make_webhook(lycee_a)
    assert "whsec_" in client.post(f"/appels-sortants/{webhook.pk}/secret/").content.decode()


def test_webhook_is_deleted(lycee_a, as_person):
    client, _person = as_person(lycee_a, "digital_referent")
    webhook = make_webhook(lycee_a)
    client.post(f"/appels-sortants/{webhook.pk}/supprimer/")
    with school(lycee_a):
        assert not Webhook.objects.exists()


def test_webhook_of_another_school_is_not_there(lycee_a, college_b, as_person):
    client, _person = as_person(college_b, "digital_referent")
    webhook = make_webhook(lycee_a)
    assert client.get(f"/appels-sortants/{webhook.pk}/").status_code == 404


def test_log_says_how_each_try_ended(lycee_a, as_person):
    from django.utils import timezone

    from core.api.models import Delivery

    client, _person = as_person(lycee_a, "digital_referent")
    webhook = make_webhook(lycee_a)
    with school(lycee_a):
        for state, answers, reason in (("taken", [200], ""), ("failed", [500], "status"), ("waiting", [0], "timeout")):
            Delivery.objects.create(
                webhook=webhook, kind=KIND, happened_at=timezone.now(), state=state, answers=answers, reason=reason
            )
    page = client.get(f"/appels-sortants/{webhook.pk}/").content.decode()
    assert all(words in page for words in ("réponse 200", "réponse 500", "pas de réponse à temps"))
