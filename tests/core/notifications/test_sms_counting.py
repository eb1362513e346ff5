"""Counting, cutting and costing texts; numbers as people write them."""

import pytest

from core.notifications.channels.numbers import normalise
from core.notifications.channels.sms.counting import GSM7, UCS2, Parts, count, cut, estimate, transliterated


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", Parts(0, 0, GSM7)),
        ("a" * 160, Parts(160, 1, GSM7)),
        ("a" * 161, Parts(161, 2, GSM7)),
        ("a" * 306, Parts(306, 2, GSM7)),
        ("a" * 307, Parts(307, 3, GSM7)),
        ("éèàùòìñäöüÉÇ", Parts(12, 1, GSM7)),
        ("10 €", Parts(5, 1, GSM7)),  # the euro takes two places
        ("€" * 80, Parts(160, 1, GSM7)),
        ("€" * 81, Parts(162, 2, GSM7)),
        ("a" * 152 + "€" * 77, Parts(306, 3, GSM7)),  # none may be split: each message loses a place
        ("ê", Parts(1, 1, UCS2)),
        ("ê" * 70, Parts(70, 1, UCS2)),
        ("ê" * 71, Parts(71, 2, UCS2)),
        ("ê" * 134, Parts(134, 2, UCS2)),
        ("ê" * 135, Parts(135, 3, UCS2)),
        ("😀" * 35, Parts(70, 1, UCS2)),
        ("😀" * 36, Parts(72, 2, UCS2)),
        ("😀" * 67, Parts(134, 3, UCS2)),  # 33 pairs in each, not 33 and a half
        ("À", Parts(1, 1, UCS2)),
    ],
)
def test_a_text_makes_so_many_messages(text, parts):
    assert count(text) == parts


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("être à l’école", "etre à l'école"),
        ("« Noël », ça va…", '" Noel ", ca va...'),
        ("Œuvre cœur œuf", "OEuvre coeur oeuf"),
        ("Élève de 6ᵉ", "Élève de 6e"),
        ("5 € – 10 %", "5 € - 10 %"),
        ("à 8\u00a0h\u202f30", "à 8 h 30"),
        ("ÀÊÎ", "AEI"),
    ],
)
def test_french_fits_the_cheaper_alphabet(text, plain):
    assert transliterated(text) == plain
    assert count(plain).encoding == GSM7


@pytest.mark.parametrize("text", ["fête 🎉", "اجتماع", "école 中"])
def test_what_has_no_equivalent_stays_whole(text):
    assert transliterated(text) == text


@pytest.mark.parametrize("text", ["a" * 1000, "€" * 500, "😀" * 300, "é" * 161, "court"])
@pytest.mark.parametrize("segments", [1, 2, 3])
def test_a_cut_text_fits(text, segments):
    assert count(cut(text, segments)).segments <= segments


def test_a_short_text_is_not_cut():
    assert cut("a" * 160, 1) == "a" * 160


def test_a_cut_text_says_so():
    assert cut("a" * 161, 1) == "a" * 157 + "..."


@pytest.mark.parametrize(("price", "cents"), [("6", 1200), ("5.5", 1100), ("0.35", 70)])
def test_the_cost_is_people_by_messages_by_price(settings, price, cents):
    settings.SMS_PRICE_CENTS = price
    assert estimate(100, "a" * 161) == cents


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 12 34 56 78", "+33612345678"), ("07.12.34.56.78", "+33712345678"), ("0612345678", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"), ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("06-12-34-56-78", "+33612345678"), ("06\u00a012\u00a034\u00a056\u00a078", "+33612345678"),
        ("0692 12 34 56", "+262692123456"), ("+262 692 12 34 56", "+262692123456"), ("0639 12 34 56", "+262639123456"),
        ("0690 12 34 56", "+590690123456"), ("0694 12 34 56", "+594694123456"), ("0696 12 34 56", "+596696123456"),
        ("+33 690 12 34 56", "+590690123456"), ("+352 621 123 456", "+352621123456"),
        ("+32 470 12 34 56", "+32470123456"),
        ("+49 151 23456789", "+4915123456789"), ("+41 79 123 45 67", "+41791234567"),
    ],
)  # fmt: skip
def test_a_mobile_number_is_understood(typed, number):
    assert normalise(typed) == number


@pytest.mark.parametrize(
    "typed",
    ["", "03 88 12 34 56", "+33 3 88 12 34 56", "0800 123 456", "3949", "06 12 34 56", "06 12 34 56 78 90", "abc",
     "+1 212 555 0100", "+352 26 12 34", "0262 12 34 56", "06 12 34 56 7a", "+33 0", "٠٦١٢٣٤٥٦٧٨"],
)  # fmt: skip
def test_a_landline_and_the_rest_are_not(typed):
    assert normalise(typed) == ""
