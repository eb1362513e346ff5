"""The one form that every reader gives and the engine takes: what a source says of people, whoever says it.

A source is streamed as records, in this order: structures and subjects; then people, pupils before their guardians
before staff, each followed at once by its own relations, stays and teachings. A relation may name a guardian who only
comes later. Removals and remarks come wherever they are met.

In a person, `None` stands for what the source does not speak of, which is then left alone; an empty value is what it
says to be empty. Nothing here knows the database.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.people.choices import Authority, Kinship


class Format(StrEnum):
    """What is read; an identity keeps the source's family (`family`) and not its variant."""

    AAF = "aaf"
    SIECLE = "siecle"
    STS = "sts"
    ONDE = "onde"
    TABLE = "csv"  # free CSV or XLSX, with a mapping of its columns


class PersonKind(StrEnum):
    PUPIL = "pupil"
    GUARDIAN = "guardian"
    STAFF = "staff"


class Facet(StrEnum):
    """What a source gives in full of one person: what it leaves out of it is ended, in a delta too."""

    RELATIONS = "relations"  # a pupil's guardians
    STAYS = "stays"  # classes and groups, as a pupil or as a main teacher
    TEACHING = "teaching"  # who teaches what to whom
    ROLES = "roles"  # what a member of staff does here
    # A part of the above where a delta speaks of no more: the classes of the stays and not the groups
    CLASS_STAYS = "class-stays"
    GROUP_STAYS = "group-stays"
    CLASS_TEACHING = "class-teaching"
    GROUP_TEACHING = "group-teaching"


class StayKind(StrEnum):
    CLASS = "class"
    GROUP = "group"
    MAIN_TEACHER = "main_teacher"


class Level(StrEnum):
    """How grave a remark is."""

    REFUSED = "refused"  # the record was not taken; it comes back in a file with the reason
    DANGLING = "dangling"  # the record was taken without a reference to something that the source does not hold
    NOTE = "note"  # worth knowing, nothing was left out


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What the head of a source tells before anything is read of the people in it."""

    format: Format
    # In words for the report: "AAF 2D complet du 17 janvier 2013, 6 fichiers"
    label: str
    complete: bool
    # UAI that it speaks of, where it says so at once; empty where that is only known by reading
    uais: tuple[str, ...] = ()
    # The civil year in which its school year begins; None where it does not say
    school_year: int | None = None
    made_on: date | None = None
    # SHA-256 of all its files, in hexadecimal
    digest: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Division:
    """A class that a structure lists. `code` is the source's; `name` what people call it."""

    code: str
    name: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class GroupInfo:
    code: str
    name: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Structure:
    """An establishment as the source knows it. `key` is "aaf.12:52003", or "uai:0671234A"."""

    key: str
    uai: str
    name: str = ""
    # False for replacement zones, services and other structures that have no pupils
    is_school: bool = True
    divisions: tuple[Division, ...] = ()
    groups: tuple[GroupInfo, ...] = ()
    # Whether the divisions and groups above are all of them; else more come with the people
    lists_all: bool = False


@dataclass(frozen=True, slots=True)
class SubjectInfo:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """A person as one record of the source tells.

    `key` is the strong id in its own space, with the académie where ids are only unique in one: "aaf.12:3400017",
    "siecle.12:837984", "sts.15:4521". `weak` marks a key made of names where the source has no ids: stable while
    they are. `ids` are the other strong ids the record carries: "ine:1234567890A", "siecle.12:837984".
    """

    kind: PersonKind
    key: str
    last_name: str
    first_name: str
    ids: tuple[str, ...] = ()
    weak: bool = False
    structures: tuple[str, ...] = ()  # keys; none for guardians, who are where their children are
    facets: frozenset[Facet] = frozenset()
    roles: frozenset[str] = frozenset()  # core.people.choices.Role; pupil and guardian go without saying
    civility: str | None = None  # "Mme", "M." or ""
    birth_name: str | None = None
    birth_date: date | None = None
    function: str | None = None  # staff, in words
    email: str | None = None
    phones: tuple[str, ...] | None = None  # the best to call first
    address: str | None = None
    regime: str | None = None
    studies: tuple[str, ...] | None = None  # national codes of subjects
    # Whether the source only corrects somebody it has told of before: with an unknown key the record is refused
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """A guardian of a child, both by key."""

    child: str
    guardian: str
    kinship: Kinship
    authority: Authority
    pays: bool = False
    is_contact: bool = True
    priority: int = 1


@dataclass(frozen=True, slots=True)
class Stay:
    """A person in a class or a group of a structure, or at the head of a class."""

    person: str
    structure: str
    kind: StayKind
    code: str
    name: str = ""
    level: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Teaching:
    """A member of staff teaches a subject to a class or a group of a structure."""

    person: str
    structure: str
    kind: StayKind  # CLASS or GROUP
    code: str
    subject: str  # its national code; "" where only the name is known
    subject_name: str = ""


@dataclass(frozen=True, slots=True)
class Removal:
    """The source says that somebody it told of is gone (a delta's deleteRequest)."""

    kind: PersonKind | None
    key: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person must know of a record: refused, or taken without something."""

    level: Level
    code: str  # for counting and tests: "unknown-class", "no-name"
    sentence: str  # French, says what is wrong and what to do
    file: str = ""
    line: int = 0  # of the record in its file; 0 where it has none
    key: str = ""
    label: str = ""  # who or what, for a reader: "Åslög Burke"
    # A refused record of a table, column by column, so that it can be corrected and sent again
    row: dict[str, str] = field(default_factory=dict)
    kind: PersonKind | None = None  # whose record it is, where that is known


Record = Structure | SubjectInfo | PersonInfo | Relation | Stay | Teaching | Removal | Remark


@dataclass(frozen=True, slots=True)
class Reading:
    """A source that is being read: its head at once, its records once and in order."""

    info: SourceInfo
    records: Iterator[Record]
