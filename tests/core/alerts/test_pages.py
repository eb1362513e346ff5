"""The pages: two taps to launch, an answer without scripts, a board that moves, a banner that goes at the end."""

from uuid import uuid4

import pytest
from django.db import connection

from core.alerts import services
from core.alerts.models import Alert, Answer, MissingPupil
from core.ui import printing
from tenants.schemas.context import school
from tests.factories import give_account
from tests.signing import signed_in_client


@pytest.fixture
def browser(cast, place):
    """`browser("head")`: signed in; after each request the test stands in the school again."""

    def sign_in(name):
        give_account(place, cast.people[name])
        client = signed_in_client(place, cast.people[name])
        ask = client.request

        def request(**environment):
            response = ask(**environment)
            connection.set_tenant(place)
            return response

        client.request = request
        return client

    return sign_in


def form_of(response):
    """What the page's form would send as it is."""
    form = response.context["form"]
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}


def test_alert_is_sent_in_two_taps(browser):
    head = browser("head")
    page = head.get("/alertes/lancer/?nature=evacuation&exercice=1")
    given = {name: value for name, value in form_of(page).items() if value not in (None, False)}
    response = head.post("/alertes/lancer/", given)
    assert response.status_code == 302
    assert Alert.objects.get().drill


def test_page_counts_before_anything_is_sent(browser, cast):
    page = browser("head").get("/alertes/lancer/?nature=shelter")
    assert page.context["preview"].people == 10
    assert not Alert.objects.exists()


def test_recount_without_scripts_sends_nothing(browser):
    head = browser("head")
    page = head.post("/alertes/lancer/", {"kind": "other", "text": "Essai", "audience": "staff", "compter": "1"})
    assert (page.status_code, page.context["preview"].people) == (200, 5)
    assert not Alert.objects.exists()


def test_text_of_more_than_160_characters_is_refused(browser):
    given = {"key": uuid4(), "kind": "other", "text": "x" * 161, "audience": "staff"}
    assert browser("head").post("/alertes/lancer/", given).status_code == 422


def test_second_alert_is_offered_only_with_a_word(browser, launch):
    launch()
    head = browser("head")
    given = {"key": uuid4(), "kind": "other", "text": "Autre", "audience": "staff"}
    assert head.post("/alertes/lancer/", given).status_code == 409
    assert head.post("/alertes/lancer/", {**given, "despite": "on"}).status_code == 302


def test_prepared_words_are_the_school_s_own(browser, place):
    from core.modules.models import ModuleChoice

    ModuleChoice.objects.create(slug="alerts", settings={"text_evacuation": "Au stade."})
    assert form_of(browser("head").get("/alertes/lancer/?nature=evacuation"))["text"] == "Au stade."


def test_banner_stands_on_pages_of_whom_it_concerns(browser, launch):
    launch(audience="staff", drill=True)
    assert "EXERCICE" in browser("clerk").get("/annuaire/").content.decode()
    assert "EXERCICE" not in browser("pupil").get("/annuaire/").content.decode()


def test_banner_goes_with_the_end(browser, launch, cast):
    alert = launch()
    services.end(viewer=cast.viewer("head"), alert=alert, text="Fini", key=uuid4())
    assert "Sortez dans le calme" not in browser("clerk").get("/annuaire/").content.decode()


def test_guardian_reads_and_is_not_asked(browser, launch):
    html = browser("guardian").get(f"/alertes/{launch().pk}/").content.decode()
    assert "Sortez dans le calme." in html
    assert "repondre" not in html


def test_alert_of_others_is_not_there(browser, launch):
    assert browser("pupil").get(f"/alertes/{launch(audience='staff').pk}/").status_code == 404


def test_teacher_answers_without_scripts(browser, launch, cast):
    alert, teacher = launch(), browser("teacher")
    page = f"/alertes/{alert.pk}/repondre/?classe={cast.one.pk}"
    key = form_of(teacher.get(page))["key"]
    teacher.post(page, {"key": key, "present": "2", "missing": [cast.pupil.pk]})
    made = Answer.objects.get()
    assert (made.present, made.expected, made.missing) == (1, 2, [cast.pupil.pk])


def test_correction_of_the_names_moves_the_number(browser, launch, cast, answer):
    alert, teacher = launch(), browser("teacher")
    answer(alert, school_class=cast.one, missing=(cast.pupil.pk,))
    page = f"/alertes/{alert.pk}/repondre/?classe={cast.one.pk}"
    teacher.post(page, {"key": uuid4(), "present": "1"})
    assert Answer.objects.get(latest=True).present == 2


def test_correction_of_a_word_keeps_those_without_a_name(browser, launch, cast, answer):
    alert, teacher = launch(), browser("teacher")
    answer(alert, school_class=cast.one, present=1)
    page = f"/alertes/{alert.pk}/repondre/?classe={cast.one.pk}"
    teacher.post(page, {"key": uuid4(), "present": "1", "word": "Gymnase"})
    assert Answer.objects.get(latest=True).unnamed == 1


def test_board_says_nothing_while_nothing_changed(browser, launch, answer):
    alert, cpe = launch(), browser("cpe")
    page = f"/alertes/{alert.pk}/suivi/"
    seen = cpe.get(page).context["seen"]
    assert cpe.get(f"{page}?vu={seen}", headers={"HX-Request": "true"}).status_code == 204
    answer(alert)
    assert cpe.get(f"{page}?vu={seen}", headers={"HX-Request": "true"}).status_code == 200


def test_school_life_finds_a_pupil_and_undoes_it(browser, launch, answer, cast):
    alert, cpe = launch(), browser("cpe")
    answer(alert, school_class=cast.one, missing=(cast.pupil.pk,))
    row = MissingPupil.objects.get()
    cpe.post(f"/alertes/{alert.pk}/manquants/{row.pk}/retrouve/")
    assert MissingPupil.objects.get().found_by == cast.cpe
    cpe.post(f"/alertes/{alert.pk}/manquants/{row.pk}/cherche/")
    assert MissingPupil.objects.get().found_at is None


@pytest.mark.parametrize("name", ["teacher", "guardian"])
def test_board_is_not_for_everybody(browser, launch, name):
    assert browser(name).get(f"/alertes/{launch().pk}/suivi/").status_code == 404


def test_report_leaves_as_a_table(browser, launch, cast):
    answer = browser("cpe").get(f"/alertes/{launch().pk}/bilan.csv")
    assert cast.clerk.full_name in answer.content.decode()


def test_report_leaves_on_paper(browser, launch, cast):
    answer = browser("cpe").get(f"/alertes/{launch().pk}/bilan.pdf")
    assert answer["Content-Type"] == (printing.PDF if printing.available() else printing.HTML)


def test_head_ends_it_and_reads_the_report(browser, launch, place):
    alert, head = launch(), browser("head")
    page = f"/alertes/{alert.pk}/fin/"
    response = head.post(page, form_of(head.get(page)))
    assert response["Location"] == f"/alertes/{alert.pk}/bilan/"
    with school(place):
        assert not Alert.objects.get().is_active
