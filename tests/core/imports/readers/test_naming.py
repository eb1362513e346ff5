import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.imports.readers.naming import forename, label, surname
from core.imports.readers.values import InvalidDate, address, email, parse_date, phone, phones
from core.people.text import fold


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("DE LA TOUR-D'AUVERGNE", "de La Tour-d’Auvergne"), ("DE GAULLE", "de Gaulle"), ("DU BELLAY", "du Bellay"),
        ("D'ORMESSON", "d’Ormesson"), ("LE GALL", "Le Gall"), ("LA FONTAINE", "La Fontaine"), ("O'BRIEN", "O’Brien"),
        ("MCDONALD", "McDonald"), ("VAN DER BERG", "Van der Berg"), ("VON BRAUN", "von Braun"),
        ("SAINT-GERMAIN-DES-PRÉS", "Saint-Germain-des-Prés"), ("EL AMRANI", "El Amrani"), ("DA SILVA", "Da Silva"),
        ("N'DIAYE", "N’Diaye"), ("ÉLIE", "Élie"), ("DE", "De"), ("dupont", "Dupont"), ("MacLeod", "MacLeod"),
        ("de Ruyter", "de Ruyter"), ("LI", "Li"), ("  MEYER   MULLER ", "Meyer Muller"),
    ],
)  # fmt: skip
def test_surnames_are_set_in_case(written, shown):
    assert surname(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [("JEAN-PIERRE", "Jean-Pierre"), ("MARIE D'ARC", "Marie d’Arc"), ("JEAN DE DIEU", "Jean de Dieu"),
     ("ÉLOÏSE", "Éloïse"), ("Marie-françoise", "Marie-françoise"), ("DE", "De")],
)  # fmt: skip
def test_forenames_are_set_in_case(written, shown):
    assert forename(written) == shown


@given(st.text(max_size=120))
def test_setting_in_case_changes_nothing_that_matching_sees(text):
    for setting in (surname, forename):
        shown = setting(text)
        assert setting(shown) == shown
        if len(text) <= 100 and "ß" not in text.lower() and text.upper().lower() == text.lower():
            assert fold(shown) == fold(text)


@pytest.mark.parametrize(
    ("written", "shown"),
    [("HISTOIRE ET GEOGRAPHIE", "Histoire et géographie"), ("ALLEMAND LV1", "Allemand LV1"), ("LITTÉRATURE & SOCIETE",
      "Littérature & société"), ("Mathematiques", "Mathématiques"), ("EPS", "EPS"), ("Vie de classe", "Vie de classe")],
)  # fmt: skip
def test_labels_get_their_accents_back(written, shown):
    assert label(written) == shown


@pytest.mark.parametrize("text", ["06/06/2014", "6-6-2014", "2014-06-06", "06/06/2014 00:00:00", "2014-06-06T00:00:00"])
def test_dates_are_read_however_they_are_written(text):
    assert parse_date(text).isoformat() == "2014-06-06"


@given(st.text(max_size=30))
def test_a_text_is_a_date_or_is_none(text):
    try:
        found = parse_date(text)
    except InvalidDate:
        return
    assert found is None or found.year >= 1900


@pytest.mark.parametrize(
    ("text", "dialled"),
    [("0600000001", "06 00 00 00 01"), ("+33 6 00 00 00 01", "06 00 00 00 01"), ("0033600000001", "06 00 00 00 01"),
     ("600000001", "06 00 00 00 01"), ("06.00.00.00.01", "06 00 00 00 01"), ("+32 2 123 45 67", "+3221234567"),
     ("0000000000", ""), ("", ""), ("sans", ""), ("112", "112")],
)  # fmt: skip
def test_numbers_are_those_that_people_dial(text, dialled):
    assert phone(text) == dialled


def test_mobiles_come_first_and_once():
    assert phones("0388000001", "0600000002", "+33600000002") == ("06 00 00 00 02", "03 88 00 00 01")


@given(st.text(max_size=60))
def test_a_number_never_has_more_than_its_column(text):
    assert len(phone(text)) <= 20


@pytest.mark.parametrize(("text", "found"), [("a.b@c.fr", "a.b@c.fr"), ("", ""), ("a@b", None), ("a b@c.fr", None)])
def test_addresses_are_checked(text, found):
    assert email(text) == found


def test_an_address_keeps_its_lines_and_a_foreign_country():
    assert address("1 RUE X$$BAT B$", "67000", "STRASBOURG", "FRANCE") == "1 RUE X\nBAT B\n67000 STRASBOURG"
    assert address("1 RUE X", "B-1000", "BRUXELLES", "BELGIQUE") == "1 RUE X\nB-1000 BRUXELLES\nBELGIQUE"
