"""The sentence that says what somebody will get: true to the rules, short, and French."""

import re

import pytest

from core.modules.contract import Channel, Frequency, Importance, NotificationKind
from core.notifications import words
from core.notifications.preferences import Told
from core.notifications.rules import KindRule

APP, MAIL, PUSH, SMS = Channel.IN_APP, Channel.EMAIL, Channel.PUSH, Channel.SMS
NOW, HOURLY, DAILY, WEEKLY, NEVER = (
    Frequency.NOW, Frequency.HOURLY, Frequency.DAILY, Frequency.WEEKLY, Frequency.NEVER,
)  # fmt: skip
INFORMATION, NORMAL, IMPORTANT, URGENT = Importance
SAID = {
    NOW: "tout de suite", HOURLY: "toutes les heures", DAILY: "chaque jour à 18\u00a0h",
    WEEKLY: "le vendredi à 18\u00a0h", NEVER: "jamais",
}  # fmt: skip


def when(frequency):
    return SAID[frequency]


def told(code, importance=NORMAL, *, module="", app=NOW, rule="default", label="", **ways):
    kind = NotificationKind(slug=code, label=label or code.capitalize(), title="", sample={})
    by_channel = {APP: app} | {{"mail": MAIL, "push": PUSH, "sms": SMS}[name]: pace for name, pace in ways.items()}
    made = KindRule(
        code=f"m.{code}", kind=kind, rule=rule, importance=importance, by_role={}, frequencies={},
        open=frozenset(by_channel),
    )  # fmt: skip
    return Told(made, module or "Vie scolaire", by_channel)


def says(*kinds, quiet=""):
    return words.summary(kinds, when, quiet).replace("\u00a0", " ")


ALERT = told("alerte", URGENT, push=NOW, mail=NOW)
NEWS = told("actualité", INFORMATION, mail=DAILY)
ABSENCE = told("absence", IMPORTANT, push=NOW)
REVIEW = told("relecture", NORMAL, mail=DAILY)


def test_the_school_as_it_comes():
    assert says(ALERT, NEWS, REVIEW, quiet="entre 20 h et 7 h") == (
        "Vous recevrez les informations urgentes tout de suite sur votre téléphone et par courriel, le reste chaque"
        " jour à 18 h par courriel ; rien entre 20 h et 7 h, sauf l’urgent."
    )


def test_everything_alike_is_said_once():
    assert says(NEWS, REVIEW) == "Vous recevrez tout chaque jour à 18 h par courriel."


def test_one_kind_is_everything():
    assert says(ABSENCE) == "Vous recevrez tout, tout de suite sur votre téléphone."


def test_nobody_told_of_anything():
    assert says() == "Rien ne vous concerne ici pour l’instant."


def test_where_nothing_leaves_the_app():
    assert says(told("a"), told("b")) == "Rien ne sort de Préau : vous verrez tout en vous connectant."


def test_where_nothing_leaves_the_app_no_hour_is_quiet():
    assert "20 h" not in says(told("a"), quiet="entre 20 h et 7 h")


def test_where_nothing_is_received_at_all():
    assert says(told("a", app=NEVER)) == "Vous ne recevez rien."


def test_several_paces_of_one_kind():
    one = told("a", push=NOW, mail=WEEKLY)
    assert says(one) == "Vous recevrez tout, tout de suite sur votre téléphone et le vendredi à 18 h par courriel."


def test_three_groups_by_importance():
    assert says(ALERT, ABSENCE, NEWS) == (
        "Vous recevrez les informations urgentes tout de suite sur votre téléphone et par courriel, ce qui est"
        " important tout de suite sur votre téléphone, le reste chaque jour à 18 h par courriel."
    )


def test_the_rest_only_in_the_app():
    assert says(ALERT, told("a"), told("b")) == (
        "Vous recevrez les informations urgentes tout de suite sur votre téléphone et par courriel ;"
        " vous verrez le reste dans Préau seulement."
    )


def test_the_rest_not_at_all():
    assert says(ALERT, told("a", app=NEVER), told("b", app=NEVER)).endswith("; vous ne recevrez pas le reste.")


def test_what_is_only_shown_comes_before_the_rest_that_is_received():
    assert says(told("a", IMPORTANT), NEWS, REVIEW) == (
        "Vous verrez ce qui est important dans Préau seulement ; vous recevrez le reste chaque jour à 18 h par"
        " courriel."
    )


def test_shown_received_and_neither():
    assert says(ALERT, told("a", IMPORTANT), told("b", app=NEVER), told("c", app=NEVER)) == (
        "Vous recevrez les informations urgentes tout de suite sur votre téléphone et par courriel ;"
        " vous verrez ce qui est important dans Préau seulement ; vous ne recevrez pas le reste."
    )


def test_a_group_that_is_a_module_bears_its_name():
    meals = [told(c, mail=NOW, module="Cantine") for c in "ab"]
    others = [told(c, mail=DAILY) for c in "cde"]
    assert says(*meals, *others) == (
        "Vous recevrez ce qui vient de « Cantine » tout de suite par courriel, le reste chaque jour à 18 h par"
        " courriel."
    )


def test_a_group_of_two_modules():
    kinds = [told("a", mail=NOW, module="Cantine"), told("b", mail=NOW, module="Bus")]
    kinds += [told(c, mail=DAILY) for c in "cde"]
    assert "ce qui vient de « Cantine » et « Bus » tout de suite" in says(*kinds)


def test_one_kind_apart_is_named():
    apart = told("a", mail=NOW, label="Un repas est annulé")
    sentence = says(apart, *[told(c, mail=DAILY) for c in "cde"])
    assert sentence.startswith("Vous recevrez « Un repas est annulé » tout de suite")


def test_many_kinds_apart_are_counted():
    apart = [told(c, mail=NOW) for c in "abc"]
    sentence = says(*apart, *[told(c, mail=DAILY) for c in "defg"])
    assert sentence.startswith("Vous recevrez 3 notifications tout de suite")


def test_an_importance_is_not_named_where_one_of_it_goes_another_way():
    assert "ce qui est important" not in says(ABSENCE, told("retard", IMPORTANT, mail=DAILY), NEWS, REVIEW)


def test_the_rest_is_never_what_is_urgent():
    alerts = [told(c, URGENT, push=NOW) for c in "abc"]
    assert says(*alerts, NEWS) == (
        "Vous recevrez les informations urgentes tout de suite sur votre téléphone,"
        " le reste chaque jour à 18 h par courriel."
    )


def test_of_equal_groups_the_one_that_weighs_least_is_the_rest():
    assert says(REVIEW, told("a", INFORMATION, mail=WEEKLY)) == (
        "Vous recevrez ce qui est courant chaque jour à 18 h par courriel, le reste le vendredi à 18 h par courriel."
    )


def test_all_urgent_in_two_ways():
    sentence = says(told("a", URGENT, push=NOW), told("b", URGENT, mail=NOW))
    assert sentence.startswith("Vous recevrez « A » tout de suite")


def test_the_pause_is_said():
    assert says(NEWS, quiet="jusqu’au 3 décembre inclus").endswith("; rien jusqu’au 3 décembre inclus, sauf l’urgent.")


def test_a_comma_at_the_end_of_the_quiet_is_not_doubled():
    assert "semaine, sauf l’urgent" in says(NEWS, quiet="pendant les vacances, sauf une fois par semaine,")


@pytest.mark.parametrize(
    "kinds",
    [(ALERT, NEWS), (ABSENCE,), (NEWS, told("a")), (told("a", app=NEVER), NEWS), (told("a", mail=NOW),)],
)
def test_french_spaces_and_one_full_stop(kinds):
    sentence = words.summary(kinds, when, "entre 20\u00a0h et 7\u00a0h")
    assert not re.search(r"(?<!\u00a0)[;:!?»]|«(?!\u00a0)|  |'|\.\.", sentence)
    assert sentence.count(".") == 1
    assert sentence[0].isupper()


# --- One kind ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ALERT, "Tout de suite sur votre téléphone et par courriel, et dans Préau"),
        (told("a"), "Dans Préau seulement"),
        (told("a", app=NEVER), "Jamais"),
        (told("a", app=NEVER, mail=DAILY), "Chaque jour à 18\u00a0h par courriel"),
    ],
)
def test_one_kind_in_words(kind, expected):
    assert words.one_kind(kind, when) == expected


# --- Differences and obstacles ----------------------------------------------------------------------------
def test_a_difference_names_kind_channel_and_both_paces():
    before, after = told("a", mail=DAILY), told("a", mail=NOW)
    assert [line.replace("\u00a0", " ") for line in words.differences([before], [after])] == [
        "« A », par courriel : tout de suite au lieu de chaque jour"
    ]


def test_nothing_differs():
    assert words.differences([NEWS], [NEWS]) == []


def test_a_channel_that_cannot_reach_is_said():
    assert "appareil" in " ".join(words.obstacles([ALERT], {APP, MAIL}))


def test_a_channel_that_nothing_uses_is_no_obstacle():
    assert words.obstacles([NEWS], {APP, MAIL}) == []


