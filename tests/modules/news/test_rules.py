"""Who may do what, case by case."""

import pytest

from modules.news import rules
from modules.news.choices import Status

AUTHOR = rules.Standing(is_author=True, writes_in_section=True)
DIRECT = rules.Standing(is_author=True, writes_in_section=True, direct=True)
REVIEWER = rules.Standing(codes=frozenset({rules.PUBLISH}))
MANAGER = rules.Standing(manages_section=True, writes_in_section=True)
STRANGER = rules.Standing(codes=frozenset({rules.WRITE}), writes_in_section=True, direct=True)


def granted(standing: rules.Standing, status: str, *, urgent: bool = False) -> set[str]:
    found = rules.rights(standing, status, urgent=urgent)
    return {name for name in found.__dataclass_fields__ if getattr(found, name)}


@pytest.mark.parametrize(
    ("standing", "status", "expected"),
    [
        (AUTHOR, Status.DRAFT, {"edit", "submit", "discard"}),
        (DIRECT, Status.DRAFT, {"edit", "publish", "discard"}),
        (REVIEWER, Status.DRAFT, set()),
        (STRANGER, Status.DRAFT, set()),
        (AUTHOR, Status.SUBMITTED, {"edit", "recall"}),
        (DIRECT, Status.SUBMITTED, {"edit", "recall"}),
        (REVIEWER, Status.SUBMITTED, {"edit", "publish", "send_back"}),
        (MANAGER, Status.SUBMITTED, {"edit", "publish", "send_back"}),
        (STRANGER, Status.SUBMITTED, set()),
        (AUTHOR, Status.PUBLISHED, {"withdraw", "see_readers"}),
        (DIRECT, Status.PUBLISHED, {"edit", "withdraw", "see_readers"}),
        (REVIEWER, Status.PUBLISHED, {"edit", "withdraw", "see_readers"}),
        (STRANGER, Status.PUBLISHED, set()),
        (AUTHOR, Status.WITHDRAWN, {"reopen", "discard", "see_readers"}),
        (DIRECT, Status.WITHDRAWN, {"reopen", "restore", "discard", "see_readers"}),
        (REVIEWER, Status.WITHDRAWN, {"restore", "discard", "see_readers"}),
        (AUTHOR, Status.DISCARDED, {"recover"}),
        (REVIEWER, Status.DISCARDED, set()),
    ],
)
def test_rights_follow_standing_and_status(standing: rules.Standing, status: str, expected: set[str]) -> None:
    assert granted(standing, status) == expected


def test_an_author_may_put_back_what_they_withdrew_themselves() -> None:
    standing = rules.Standing(is_author=True, writes_in_section=True, withdrew_it=True)
    assert "restore" in granted(standing, Status.WITHDRAWN)


def test_an_author_who_no_longer_writes_in_the_section_may_not_submit() -> None:
    assert "submit" not in granted(rules.Standing(is_author=True), Status.DRAFT)


@pytest.mark.parametrize(
    ("codes", "urgent", "expected"),
    [({rules.REPORTS}, True, True), ({rules.REPORTS}, False, False), (set(), True, False)],
)
def test_the_report_needs_the_permission_and_an_urgent_article(codes: set[str], urgent: bool, expected: bool) -> None:
    standing = rules.Standing(codes=frozenset(codes))
    assert ("see_report" in granted(standing, Status.PUBLISHED, urgent=urgent)) is expected


@pytest.mark.parametrize(
    ("codes", "facts", "expected"),
    [
        ({rules.WRITE}, {"open_to_all": True}, True),
        (set(), {"open_to_all": True}, False),
        ({rules.WRITE}, {"open_to_all": False}, False),
        (set(), {"open_to_all": False, "contributes": True}, True),
        (set(), {"open_to_all": False, "manages": True}, True),
        ({rules.PUBLISH}, {"open_to_all": False}, True),
        ({rules.SECTIONS}, {"open_to_all": False}, True),
        ({rules.SECTIONS}, {"open_to_all": True, "archived": True}, False),
    ],
)
def test_who_writes_in_a_section(codes: set[str], facts: dict[str, bool], expected: bool) -> None:
    known = {"contributes": False, "manages": False, "archived": False} | facts
    assert rules.writes_in(frozenset(codes), **known) is expected


@pytest.mark.parametrize(
    ("codes", "manages", "expected"),
    [({rules.SECTIONS}, False, True), (set(), True, True), (set(), False, False)],
)
def test_who_describes_a_section(codes: set[str], manages: bool, expected: bool) -> None:
    assert rules.may_describe_section(frozenset(codes), manages=manages) is expected


def test_direct_publication_needs_one_of_the_roles() -> None:
    assert [rules.publishes_directly(["teacher"], ["management"]), rules.publishes_directly(["a", "b"], ["b"])] == [
        False,
        True,
    ]


def test_any_change_ignores_what_only_looks() -> None:
    found = rules.rights(rules.Standing(codes=frozenset({rules.REPORTS})), Status.PUBLISHED, urgent=True)
    assert not found.any_change
