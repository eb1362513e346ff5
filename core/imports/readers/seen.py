"""Which ids a file has told of so far, compactly: sixteen bytes each, for the millions of a whole academy."""

from array import array
from bisect import bisect_left

_LATE = 50_000
# A mark is 28 bits of fingerprint, 12 of file and 24 of line
_PLACE, _LINE = 36, 24
_PLACES, _LINES = (1 << _PLACE) - 1, (1 << _LINE) - 1


def place(file: int, line: int) -> int:
    """The `line`th line of the `file`th file, in 36 bits."""
    return (file & 0xFFF) << _LINE | min(line, _LINES)


def file_and_line(where: int) -> tuple[int, int]:
    return where >> _LINE, where & _LINES


class Seen:
    """Ids with a fingerprint and the place of their first record.

    The State's files come sorted by id: what does is appended and never looked up; the rest is kept in a dictionary
    that is merged when it grows. Ids that are no numbers are kept apart.
    """

    def __init__(self) -> None:
        self._ids = array("Q")
        self._marks = array("Q")
        self._late: dict[int, int] = {}
        self._words: dict[str, int] = {}
        self._last = -1

    def add(self, identifier: str, fingerprint: int, where: int) -> tuple[bool, int] | None:
        """Notes a record. For an id that was met before: whether both say the same, and the first one's place."""
        mark = (fingerprint & 0xFFF_FFFF) << _PLACE | where
        if not (identifier.isascii() and identifier.isdigit() and len(identifier) <= 18):
            return _compared(self._words.setdefault(identifier, mark), mark)
        number = int(identifier)
        if number > self._last:
            self._last = number
            self._ids.append(number)
            self._marks.append(mark)
            return None
        if (known := self._mark(number)) is not None:
            return _compared(known, mark, same=False)
        self._late[number] = mark
        if len(self._late) > max(_LATE, len(self._ids) // 2):
            self._merge()
        return None

    def _mark(self, number: int) -> int | None:
        if number in self._late:
            return self._late[number]
        at = bisect_left(self._ids, number)
        return self._marks[at] if at < len(self._ids) and self._ids[at] == number else None

    def __contains__(self, identifier: str) -> bool:
        if not (identifier.isascii() and identifier.isdigit() and len(identifier) <= 18):
            return identifier in self._words
        return self._mark(int(identifier)) is not None

    def _merge(self) -> None:
        both = sorted([*zip(self._ids, self._marks, strict=True), *self._late.items()])
        self._ids = array("Q", (number for number, _mark in both))
        self._marks = array("Q", (mark for _number, mark in both))
        self._late.clear()


def _compared(known: int, mark: int, *, same: bool = True) -> tuple[bool, int] | None:
    """`same` where `known` may be the mark that was just noted."""
    if same and known == mark:
        return None
    return known >> _PLACE == mark >> _PLACE, known & _PLACES
