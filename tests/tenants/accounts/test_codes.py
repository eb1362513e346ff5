"""One-time codes: readable, told apart from slips of the keyboard, one at a time, kept as hashes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tenants.accounts import codes, lockout
from tenants.accounts.models import ActivationCode
from tenants.errors import DomainError

UAI = "0679981K"
ACTIVATE, LETTER = codes.Purpose.ACTIVATE, codes.Way.LETTER


def issue(*people, purpose=ACTIVATE, way=LETTER):
    return codes.issue(UAI, people, purpose=purpose, way=way)


def refused(typed):
    with pytest.raises(DomainError) as error:
        codes.find(typed)
    return error.value.code


def test_a_code_has_three_groups_of_four():
    assert [len(group) for group in codes.new_code().split("-")] == [4, 4, 4]


def test_a_code_holds_more_than_fifty_bits():
    assert len(codes.ALPHABET) ** codes.LENGTH > 2**50


def test_characters_that_look_alike_do_not_occur():
    assert not set(codes.ALPHABET) & set("IOL018U")


@given(st.text(codes.ALPHABET, min_size=11, max_size=11), st.integers(0, 10), st.sampled_from(codes.ALPHABET))
def test_one_wrong_character_is_told_at_once(drawn, position, other):
    code = drawn + codes._check_character(drawn)
    wrong = code[:position] + other + code[position + 1 :]
    assert (codes.letters_of(wrong) is not None) == (wrong == code)


@given(st.text(codes.ALPHABET, min_size=11, max_size=11), st.integers(0, 10))
def test_two_neighbours_that_changed_places_are_told_at_once(drawn, position):
    code = drawn + codes._check_character(drawn)
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    assert (codes.letters_of(swapped) is not None) == (swapped == code)


@given(st.text(max_size=40))
def test_anything_may_be_typed(typed):
    assert codes.letters_of(typed) is None or len(codes.letters_of(typed)) == 12


def test_case_spaces_and_dashes_do_not_matter():
    code = codes.new_code()
    assert codes.letters_of(f"  {code.lower().replace('-', ' ')} ") == code.replace("-", "")


@pytest.mark.django_db
def test_the_code_finds_its_person():
    assert codes.find(issue(7)[7]).person_id == 7


@pytest.mark.django_db
def test_only_a_hash_is_kept():
    code = issue(7)[7]
    row = ActivationCode.objects.get()
    assert code not in str(row.__dict__)
    assert code.replace("-", "") not in str(row.__dict__)


@pytest.mark.django_db
def test_the_next_code_ends_the_one_before():
    first = issue(7)[7]
    issue(7)
    assert refused(first) == "code-superseded"


@pytest.mark.django_db
def test_a_recovery_leaves_the_invitation():
    first = issue(7)[7]
    issue(7, purpose=codes.Purpose.RECOVER, way=codes.Way.SCREEN)
    assert codes.find(first).person_id == 7


@pytest.mark.django_db
def test_a_code_serves_once():
    code = issue(7)[7]
    found = codes.find(code)
    codes.use(found)
    assert refused(code) == "code-used"
    with pytest.raises(DomainError):
        codes.use(found)


@pytest.mark.django_db
def test_a_recovery_code_lasts_a_day():
    code = issue(7, purpose=codes.Purpose.RECOVER, way=codes.Way.SCREEN)[7]
    ActivationCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(code) == "code-expired"


@pytest.mark.django_db
def test_an_unknown_code_and_a_slip_are_told_apart():
    code = codes.new_code()
    assert refused(code) == "code-unknown"
    assert refused(code[:-1] + ("A" if code[-1] != "A" else "C")) == "code-misread"


@pytest.mark.django_db
def test_a_whole_school_takes_as_many_queries_as_one_class(django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        issue(*range(1, 1500))


@pytest.mark.django_db
def test_who_left_has_no_code_any_more():
    code = issue(7)[7]
    assert codes.end(UAI, [7]) == 1
    assert refused(code) == "code-superseded"


@pytest.mark.django_db
def test_old_codes_are_forgotten_after_a_year():
    issue(7)
    assert codes.forget_old(now=timezone.now()) == 0
    assert codes.forget_old(now=timezone.now() + timedelta(days=460)) == 1


@pytest.mark.django_db
def test_a_changed_secret_leaves_paper_valid(settings):
    code = issue(7)[7]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-" + "y" * 50
    assert codes.find(code).person_id == 7


@pytest.mark.django_db
def test_who_guesses_is_stopped_by_address():
    for _try in range(lockout.CODE_TRIES):
        lockout.begin_code("192.0.2.1")
    with pytest.raises(lockout.Locked):
        lockout.begin_code("192.0.2.1")
    lockout.begin_code("192.0.2.2")


@pytest.mark.django_db
def test_all_guessers_together_are_stopped(monkeypatch):
    monkeypatch.setattr(lockout, "CODE_TRIES_OF_ALL", 3)
    for number in range(3):
        lockout.begin_code(f"192.0.2.{number}")
    with pytest.raises(lockout.Locked):
        lockout.begin_code("192.0.2.9")


@pytest.mark.django_db
def test_a_school_that_types_living_codes_is_never_stopped():
    for _pupil in range(lockout.CODE_TRIES + 20):
        lockout.begin_code("192.0.2.1")
        lockout.succeed_code("192.0.2.1")
