import re
from pathlib import Path

import pytest

from core.audit import words
from core.modules import registry


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("files.store", "Fichier déposé"),
        ("audit.create", "Journal\u00a0: création"),
        ("audit.create_something", "Journal\u00a0: création"),
        ("audit.frobnicate", "Journal\u00a0: frobnicate"),
        ("gone.publish", "gone.publish"),
        ("", ""),
    ],
)
def test_action_in_words(code, said):
    assert words.action(code) == said


def test_actions_offer_each_module_whole_and_in_detail():
    groups = dict(words.actions())
    assert groups["Fichiers"][0] == ("files.", "Fichiers\u00a0: tout")
    assert ("files.store", "Fichier déposé") in groups["Fichiers"]


@pytest.mark.parametrize(
    ("field", "pair", "shown"),
    [
        ("roles", [["pupil"], ["teacher", "management"]], ("Rôles", "Élève", "Enseignant, Direction")),
        ("email", ["", "a@b.fr"], ("Courriel", "vide", "a@b.fr")),
        ("left_on", [None, "2024-11-03"], ("Parti le", "", "dimanche 3\u00a0novembre 2024")),
        ("settings.max_image_mb", [15, 20], ("Taille d’une image", "15", "20")),
        ("settings.max_image_mb", [15, None], ("Taille d’une image", "15", "comme à l’origine")),
        (
            "notifications.urgent",
            [None, {"rule": "forced", "channels": ["in_app", "email"]}],
            ("Une information urgente demande votre confirmation", "comme à l’origine",
             "règle\u00a0: toujours envoyée, envoi\u00a0: dans Préau, par courriel"),
        ),
        ("settings.of_nobody", [1, 2], ("Settings.of nobody", "1", "2")),
        ("open_to", [[], ["teacher"]], ("Open to", "vide", "Enseignant")),
        ("is_open", [False, True], ("Is open", "non", "oui")),
        ("unknown_key", "odd", ("Unknown key", "", "odd")),
        ("email", [{"a": [1, 2]}, []], ("Courriel", "a\u00a0: 1, 2", "vide")),
        ("email", ["", "2026-99-99"], ("Courriel", "vide", "2026-99-99")),
    ],
)
def test_changes_in_words(field, pair, shown):
    (change,) = words.changes("people.person", {field: pair})
    assert (change["field"], change["before"], change["after"]) == shown


def test_changes_of_a_model_that_is_gone():
    assert words.changes("gone.thing", {"title": ["a", "b"]}) == [
        {"field": "Title", "before": "a", "after": "b"}
    ]


def test_changes_cut_long_values():
    (change,) = words.changes("", {"body": ["", "é" * 5000]})
    assert len(change["after"]) <= 301


def test_a_notification_rule_says_its_paces_and_roles():
    rule = {"frequencies": {"email": "weekly"}, "roles": {"pupil": ["in_app", "push"], "partner": []}}
    (change,) = words.changes("modules.modulechoice", {"notifications.published": [None, rule]})
    assert change["after"].replace("\u00a0", " ") == (
        "rythme : par courriel (une fois par semaine),"
        " autrement : les élèves (dans Préau, sur le téléphone), les partenaires (aucun)"
    )


def test_target_type_in_words():
    assert words.target_type("people.person") == "Personne"


@pytest.mark.parametrize("label", ["", "nonsense", "a.b.c", "gone.thing"])
def test_target_type_of_nothing_is_empty(label):
    assert words.target_type(label) == ""


def test_every_action_that_is_recorded_has_words():
    root = Path(__file__).resolve().parents[3]
    recorded = set()
    for source in [*root.glob("core/**/*.py"), *root.glob("modules/**/*.py")]:
        recorded |= set(
            re.findall(r'(?<!def )\brecord\(\s*f?"([a-z_]+)\.([a-z_]+)"', source.read_text("utf-8"))
        )
    assert ("files", "store") in recorded
    unnamed = {f"{slug}.{verb}" for slug, verb in recorded if verb not in registry.get(slug).actions}
    assert not unnamed
