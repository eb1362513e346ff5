"""The page of one's own choices: what it says is what the rules give, and what one chooses is what one gets."""

import html
import re

import pytest
from django.test.utils import CaptureQueriesContext

from core.modules.contract import Channel, Frequency
from core.modules.models import ModuleChoice
from core.modules.state import Modules
from core.notifications import preferences
from core.notifications.models import Preference, PushSubscription, Rhythm
from tenants.schemas.context import school
from tests.core.notifications.world import rows, rule
from tests.factories import make_person
from tests.signing import signed_in_client

pytestmark = pytest.mark.django_db
PAGE = "/notifications/preferences/"
KIND = "dummy.noted"


@pytest.fixture
def guardian(family):
    return family[0]


@pytest.fixture
def client(place, guardian):
    return signed_in_client(place, guardian)


@pytest.fixture
def chosen(place, guardian):
    """`chosen()`: {(kind, channel, child): frequency}. A request leaves the test outside the school."""

    def read():
        with school(place):
            found = Preference.objects.filter(person=guardian)
            return {(row.kind, row.channel, row.child_id): row.frequency for row in found}

    return read


def text(response):
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    main = html.unescape(re.sub(r"<[^>]*>", " ", main)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", main).strip()


def sentence(response):
    found = re.search(r'class="told-sentence">(.*?)</p>', response.content.decode(), re.S)
    return html.unescape(re.sub(r"<[^>]*>", "", found.group(1))).replace("\u00a0", " ").strip()


def form_of(response):
    """What the form of kinds would send unchanged."""
    page = response.content.decode()
    found = {}
    for name, options in re.findall(r'<select name="([^"]+-(?:in_app|email|push|sms))".*?>(.*?)</select>', page, re.S):
        picked = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = picked.group(1) if picked else ""
    return found


# --- What the page says -------------------------------------------------------------------------------------
def test_the_page_says_what_happens_in_one_sentence(client):
    said = sentence(client.get(PAGE)).lower()
    assert "tout de suite sur votre téléphone et par courriel" in said
    assert "rien entre 20 h et 7 h" in said.replace("\u00a0", " ")


def test_the_sentence_follows_the_schools_rules(client, place):
    before = sentence(client.get(PAGE))
    with school(place):
        rule("news", "urgent", channels=["in_app"])
    assert sentence(client.get(PAGE)) != before


def test_the_sentence_follows_ones_own_choice(client):
    before = sentence(client.get(PAGE))
    client.post(f"{PAGE}rythme/", {"preset": "now"})
    after = sentence(client.get(PAGE))
    assert "chaque jour" in before
    assert "chaque jour" not in after


def test_a_hidden_kind_is_not_on_the_page(client, place):
    with school(place):
        rule("dummy", "noted", rule="hidden")
    assert "laisse un mot" not in text(client.get(PAGE))


def test_a_module_that_is_off_is_not_on_the_page(client, place):
    with school(place):
        ModuleChoice.objects.filter(slug="dummy").update(enabled=False)
    assert "laisse un mot" not in text(client.get(PAGE))


def test_a_kind_for_other_roles_is_not_on_the_page(client):
    assert "attend votre validation" not in text(client.get(PAGE))


def test_what_is_forced_is_said_with_its_reason(client, place):
    with school(place):
        rule("dummy", "noted", rule="forced")
    page = client.get(PAGE)
    assert "L’établissement y tient." in text(page)
    assert f"{KIND}-in_app" not in form_of(page)


def test_what_is_forced_by_mail_may_still_change_pace(client, place):
    with school(place):
        rule("dummy", "noted", rule="forced")
    page = client.get(PAGE).content.decode()
    options = re.search(rf'name="{KIND}-email".*?</select>', page, re.S).group()
    assert 'value="weekly"' in options
    assert 'value="never"' not in options


def test_text_messages_have_no_column_where_the_school_has_none(client):
    assert "-sms" not in client.get(PAGE).content.decode()


def test_without_a_device_the_page_says_so(client):
    assert "Aucun appareil" in text(client.get(PAGE))


def test_with_a_device_it_does_not(client, guardian):
    PushSubscription.objects.create(person=guardian, endpoint="https://push.example/1", digest="0" * 64)
    assert "rien n’arrive sur le téléphone" not in text(client.get(PAGE))


def test_the_queries_do_not_grow_with_the_choices(client, guardian, place):
    from django.db import connection

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE)
        return len(captured)

    queries()
    before = queries()
    with school(place):
        for kind in ("noted", "planned"):
            Preference.objects.create(person=guardian, kind=f"dummy.{kind}", channel="email", frequency="weekly")
    assert queries() == before


# --- Ready-made rhythms -------------------------------------------------------------------------------------
def test_who_has_chosen_nothing_has_the_schools_rhythm(place, guardian):
    modules = Modules(place)
    rules = preferences.rules_for(modules, guardian.roles)
    assert preferences.current_preset(modules, rules, guardian.roles, {None: {}}) == preferences.EVENING


@pytest.mark.parametrize("slug", preferences.PRESETS)
def test_a_ready_made_rhythm_is_recognised_once_taken(client, slug):
    client.post(f"{PAGE}rythme/", {"preset": slug})
    page = client.get(PAGE).content.decode()
    assert f'name="preset" value="{slug}"' not in page  # no button for the one that one has
    assert page.count('name="preset"') == len(preferences.PRESETS) - 1


@pytest.mark.parametrize("slug", preferences.PRESETS)
def test_no_ready_made_rhythm_touches_what_is_urgent(client, chosen, slug):
    client.post(f"{PAGE}rythme/", {"preset": slug})
    assert not [kind for kind, _channel, _child in chosen() if kind == "news.urgent"]


def test_everything_at_once_is_chosen_for_mails(client, chosen):
    client.post(f"{PAGE}rythme/", {"preset": "now"})
    assert chosen()[KIND, "email", None] == "now"


def test_once_a_week_silences_the_phone(client, chosen):
    client.post(f"{PAGE}rythme/", {"preset": "weekly"})
    assert (chosen()[KIND, "email", None], chosen()["dummy.cancelled", "push", None]) == ("weekly", "never")


def test_once_a_week_goes_as_far_as_the_school_allows(client, chosen, place):
    with school(place):
        rule("dummy", "cancelled", rule="forced")
    client.post(f"{PAGE}rythme/", {"preset": "weekly"})
    assert chosen()["dummy.cancelled", "push", None] == "weekly"


def test_the_schools_rhythm_leaves_no_choice(client, chosen):
    client.post(f"{PAGE}rythme/", {"preset": "now"})
    client.post(f"{PAGE}rythme/", {"preset": "evening"})
    assert chosen() == {}


def test_a_rhythm_that_does_not_exist_is_not_there(client):
    assert client.post(f"{PAGE}rythme/", {"preset": "lunar"}).status_code == 404


def test_what_a_rhythm_replaced_comes_back(client, chosen, family):
    _guardian, lea, _tom = family
    client.post(f"{PAGE}detail/", {**form_of(client.get(PAGE)), f"{KIND}-email": "hourly"})
    client.post(f"{PAGE}enfant/{lea.pk}/", {f"{KIND}-email": "weekly"})
    before = chosen()
    client.post(f"{PAGE}rythme/", {"preset": "now"})
    assert chosen() != before
    client.post(f"{PAGE}annuler/")
    assert chosen() == before
    assert len(before) == 2


# --- Kind by kind -------------------------------------------------------------------------------------------
def test_a_choice_is_kept(client, chosen):
    client.post(f"{PAGE}detail/", {**form_of(client.get(PAGE)), f"{KIND}-email": "weekly"})
    assert chosen() == {(KIND, "email", None): "weekly"}


def test_what_equals_the_schools_rule_is_no_choice(client, chosen):
    client.post(f"{PAGE}detail/", {**form_of(client.get(PAGE)), f"{KIND}-email": "weekly"})
    client.post(f"{PAGE}detail/", {**form_of(client.get(PAGE)), f"{KIND}-email": "daily"})
    assert chosen() == {}


def test_the_next_event_obeys(client, place, guardian, tell, distribute):
    client.post(f"{PAGE}detail/", {**form_of(client.get(PAGE)), f"{KIND}-email": "never"})
    with school(place):
        tell(people=[guardian])
        distribute()
        assert [row.channel for row in rows(guardian)] == ["in_app"]


def test_a_choice_that_is_not_offered_is_refused_beside_its_field(client, chosen):
    answer = client.post(f"{PAGE}detail/", {**form_of(client.get(PAGE)), f"{KIND}-email": "monthly"})
    assert answer.status_code == 422
    assert "choisissez de nouveau" in text(answer)
    assert chosen() == {}


def test_choices_for_a_module_that_is_off_now_are_kept(client, chosen, place, guardian):
    with school(place):
        Preference.objects.create(person=guardian, kind=KIND, channel="email", frequency="weekly")
        ModuleChoice.objects.filter(slug="dummy").update(enabled=False)
    client.post(f"{PAGE}rythme/", {"preset": "now"})
    assert chosen()[KIND, "email", None] == "weekly"


def test_nobody_chooses_for_another(client, place):
    other = make_person(place, "guardian")
    client.post(f"{PAGE}rythme/", {"preset": "now"})
    with school(place):
        assert not Preference.objects.filter(person=other).exists()


# --- One child otherwise ------------------------------------------------------------------------------------
def test_a_guardian_of_several_may_say_otherwise_for_one(client, chosen, family):
    _guardian, lea, _tom = family
    client.post(f"{PAGE}enfant/{lea.pk}/", {f"{KIND}-email": "weekly"})
    assert chosen() == {(KIND, "email", lea.pk): "weekly"}


def test_what_is_left_empty_is_as_for_the_others(client, chosen, family):
    _guardian, lea, _tom = family
    client.post(f"{PAGE}enfant/{lea.pk}/", {f"{KIND}-email": "weekly"})
    client.post(f"{PAGE}enfant/{lea.pk}/", {f"{KIND}-email": ""})
    assert chosen() == {}


def test_the_page_names_the_child_that_is_set_apart(client, family):
    _guardian, lea, _tom = family
    client.post(f"{PAGE}enfant/{lea.pk}/", {f"{KIND}-email": "weekly"})
    assert re.search(r"L Léa Réglé à part T Tom Comme en général", text(client.get(PAGE)))


def test_a_strangers_child_is_not_there(client, place):
    other = make_person(place, "pupil")
    assert client.get(f"{PAGE}enfant/{other.pk}/").status_code == 404


def test_the_childs_sentence_is_the_childs(client, family):
    _guardian, lea, _tom = family
    before = sentence(client.get(f"{PAGE}enfant/{lea.pk}/"))
    page = client.get(f"{PAGE}enfant/{lea.pk}/")
    client.post(f"{PAGE}enfant/{lea.pk}/", {name: "now" for name in form_of(page)})
    assert sentence(client.get(f"{PAGE}enfant/{lea.pk}/")) != before


# --- When ---------------------------------------------------------------------------------------------------
def hours(**fields):
    return {"follows_school": "on", "quiet_from": "", "quiet_until": "", "digest_at": "", "paused_until": "", **fields}


@pytest.fixture
def kept(place, guardian):
    def read():
        with school(place):
            return Rhythm.objects.filter(person=guardian).first()

    return read


def test_ones_own_hours_are_kept_and_said(client, kept):
    own = hours(quiet_from="19:00", quiet_until="08:00", quiet_days=["2"], digest_weekday="3")
    client.post(f"{PAGE}horaires/", own)
    row = kept()
    assert (row.quiet_from.hour, row.quiet_until.hour, row.quiet_days, row.digest_weekday) == (19, 8, [2], 3)
    assert "19 h" in sentence(client.get(PAGE))


def test_without_the_schools_hours_they_are_not_said(client):
    client.post(f"{PAGE}horaires/", {})
    assert "20 h" not in sentence(client.get(PAGE))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"quiet_from": "19:00"}, "Indiquez les deux heures"),
        ({"quiet_until": "19:00"}, "Indiquez les deux heures"),
        ({"quiet_from": "19:00", "quiet_until": "19:00"}, "Deux heures différentes"),
        ({"quiet_from": "25:00", "quiet_until": "07:00"}, "heure"),
        ({"quiet_days": list("0123456")}, "Gardez au moins un jour"),
        ({"quiet_days": ["8"]}, "choix"),
        ({"digest_weekday": "9"}, "choix"),
        ({"paused_until": "2020-01-01"}, "passée"),
        ({"paused_until": "2199-01-01"}, "Un an au plus"),
    ],
)
def test_hours_that_cannot_be_are_refused_beside_their_field(client, kept, fields, why):
    answer = client.post(f"{PAGE}horaires/", hours(**fields))
    assert answer.status_code == 422
    assert why in text(answer)
    assert kept() is None


def test_one_digest_for_all_schools_is_offered_to_those_who_have_several(client, guardian, college_b):
    from tenants.accounts.models import Account
    from tests.factories import give_account

    assert "joint_digest" not in client.get(PAGE).content.decode()
    give_account(college_b, make_person(college_b, "guardian"), Account.objects.get(pk=guardian.account_id))
    assert 'name="joint_digest"' in client.get(PAGE).content.decode()


def test_what_one_gets_is_what_the_relay_does(place, guardian, tell, distribute):
    """The page's rules and the relay's SQL, on the same choices."""
    PushSubscription.objects.create(person=guardian, endpoint="https://push.example/1", digest="0" * 64)
    Preference.objects.create(person=guardian, kind=KIND, channel="push", frequency="hourly")
    modules = Modules(place)
    rules = [one for one in preferences.rules_for(modules, guardian.roles) if one.code == KIND]
    (told,) = preferences.told(modules, rules, guardian.roles, preferences.choices_of(guardian)[None])
    tell(people=[guardian])
    distribute()
    assert {Channel(row.channel): Frequency(row.frequency) for row in rows(guardian)} == {
        channel: pace for channel, pace in told.by_channel.items() if pace != Frequency.NEVER
    }
