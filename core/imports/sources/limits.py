"""How much a source may hold before it is refused."""

from dataclasses import dataclass

MIB = 1024 * 1024
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds in bytes and counts; a whole académie (1,500,000 people) is some 3 GiB in 300 files."""

    members: int = 20_000
    member_bytes: int = 6 * GIB  # inflated
    total_bytes: int = 20 * GIB  # inflated, all members
    # A bomb inflates far more than text does (XML of people: 10 to 40 times), once it is more than a trifle
    ratio: int = 150
    ratio_floor: int = 64 * MIB


DEFAULT = Limits()
