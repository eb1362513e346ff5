from hypothesis import given, settings
from hypothesis import strategies as st

from core.ui import colour

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"{number:06x}")
LIGHT_GROUNDS = ("#fdfcf9", "#ffffff", "#f3f1ec")
DARK_GROUNDS = ("#15191f", "#1d222a", "#11151a", "#262b33")


@given(COLOURS)
@settings(max_examples=300, deadline=None)
def test_accent_is_legible_on_every_light_ground(digits):
    tones = colour.light_tones(digits)
    for ground in (*LIGHT_GROUNDS, tones.soft):
        assert colour.contrast(tones.accent, ground) >= 4.5
        assert colour.contrast(tones.strong, ground) >= 4.5


@given(COLOURS)
@settings(max_examples=300, deadline=None)
def test_accent_is_legible_on_every_dark_ground(digits):
    tones = colour.dark_tones(digits)
    for ground in (*DARK_GROUNDS, tones.soft):
        assert colour.contrast(tones.accent, ground) >= 4.5
        assert colour.contrast(tones.strong, ground) >= 4.5


@given(COLOURS)
@settings(max_examples=300, deadline=None)
def test_text_is_legible_on_the_accent(digits):
    for tones in (colour.light_tones(digits), colour.dark_tones(digits)):
        assert colour.contrast(tones.on_accent, tones.accent) >= 4.5
        assert colour.contrast(tones.on_accent, tones.strong) >= 4.5


@given(COLOURS)
@settings(max_examples=200, deadline=None)
def test_oklch_comes_back_to_the_same_colour(digits):
    back = colour.from_oklch(*colour.to_oklch(digits))
    assert all(abs(int(back[i + 1 : i + 3], 16) - int(digits[i : i + 2], 16)) <= 2 for i in (0, 2, 4))


def test_a_dark_accent_is_kept_as_chosen():
    assert colour.light_tones(colour.DEFAULT_ACCENT).accent == f"#{colour.DEFAULT_ACCENT}"


def test_contrast_of_black_on_white_is_21():
    assert round(colour.contrast("#000000", "#ffffff"), 2) == 21


def test_normalise_refuses_what_is_not_a_colour():
    assert [colour.normalise(value) for value in ("#1F5F5B", "red;}", "", None, "#12345")] == [
        "1f5f5b",
        "",
        "",
        "",
        "",
    ]
