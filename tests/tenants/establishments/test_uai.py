import pytest

from tenants.establishments import uai


@pytest.mark.parametrize("known", ["0650499P", "0382032C", "0590121L", "0080011U"])
def test_check_letter_agrees_with_real_schools(known):
    assert uai.check_letter(known[:7]) == known[7]


def test_no_check_letter_looks_like_a_digit():
    assert not set("IOQ") & set(uai.LETTERS)


@pytest.mark.parametrize("text", ["0080011u", " 0080011U ", "008 0011 U", "008-0011-U", "008\u00a00011U"])
def test_validated_forgives_spaces_and_case(text):
    assert uai.validated(text) == "0080011U"


def test_a_wrong_letter_is_refused_with_the_right_one():
    with pytest.raises(uai.InvalidUai, match="0254222D"):
        uai.validated("0254222C")


def test_lost_zeros_are_refused_with_the_whole_uai():
    with pytest.raises(uai.InvalidUai, match="0080011U"):
        uai.validated("80011U")


def test_lost_zeros_are_not_guessed_when_the_letter_does_not_follow():
    with pytest.raises(uai.InvalidUai) as refusal:
        uai.validated("80011V")
    assert "0080011" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "   ", "x", "00800111", "0080011UU", "ABCDEFGH", "٠٠٨٠٠١١U", "0080011É"])
def test_nonsense_is_refused_in_a_sentence(text):
    with pytest.raises(uai.InvalidUai) as refusal:
        uai.validated(text)
    assert str(refusal.value).endswith(".")
