"""Lists to take away: tables for spreadsheets, and vCards. Only what the viewer may see of each person."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.people import rules
from core.people.choices import Role
from core.people.families import holding
from core.people.models import GuardianLink, Person
from core.people.selectors import details_for
from core.people.templatetags.people import telephone
from core.permissions.viewer import Viewer
from core.ui import sheets
from tenants.schemas.context import current_schema, current_uai, same_schema

PIECE = 500
Details = frozenset[str]
_OWN = ""  # a column that anybody who sees the person may read


@dataclass(frozen=True)
class Column:
    """One column: the group of details that opens it, and what it says of a person."""

    head: Any
    detail: str
    said: Callable[[Person], Any]


def _roles(person: Person) -> str:
    return ", ".join(str(Role(role).label) for role in Role.values if role in person.roles)


def _classes(person: Person) -> str:
    return ", ".join(one.school_class.name for one in getattr(person, "current_class_memberships", ()))


def _one_line(person: Person) -> str:
    return ", ".join(line.strip() for line in person.address.splitlines() if line.strip())


COLUMNS = (
    Column(gettext_lazy("Civilité"), _OWN, lambda p: p.civility),
    Column(gettext_lazy("Nom"), _OWN, lambda p: p.last_name),
    Column(gettext_lazy("Prénom"), _OWN, lambda p: p.first_name),
    Column(gettext_lazy("Rôles"), _OWN, _roles),
    Column(gettext_lazy("Fonction"), _OWN, lambda p: p.function),
    Column(gettext_lazy("Classe"), _OWN, _classes),
    Column(gettext_lazy("Nom de naissance"), rules.BIRTH, lambda p: p.birth_name),
    Column(gettext_lazy("Date de naissance"), rules.BIRTH, lambda p: p.birth_date or ""),
    Column(gettext_lazy("Courriel"), rules.CONTACT, lambda p: p.email),
    Column(gettext_lazy("Téléphone"), rules.CONTACT, lambda p: p.phone),
    Column(gettext_lazy("Adresse"), rules.ADDRESS, _one_line),
    Column(gettext_lazy("Responsables"), rules.GUARDIANS, lambda p: getattr(p, "known_guardians", "")),
)


class Table:
    """The people of a list as head and rows. Call it in the school; rows may be read after the school is left.

    Columns that the viewer may read of nobody else are left out. Four queries and a few more for each 500 people.
    """

    def __init__(self, viewer: Viewer, people: QuerySet[Person]) -> None:
        self.viewer, self.people = viewer, people
        self.schema = current_schema()
        self.organisation = viewer.modules.establishment.display_name
        self.keys = list(people.values_list("pk", flat=True))
        me = viewer.person.pk if viewer.person else None
        opened = {one for _people, piece in self._pieces() for pk, found in piece.items() if pk != me for one in found}
        self.columns = [one for one in COLUMNS if one.detail == _OWN or one.detail in opened]

    @property
    def head(self) -> list[str]:
        return [str(column.head) for column in self.columns]

    def rows(self) -> Iterator[list[Any]]:
        for people, details in self._pieces():
            with same_schema(self.schema):
                _name_guardians(self.viewer, people, details)
            for person in people:
                opened = details[person.pk] | {_OWN}
                yield [column.said(person) if column.detail in opened else "" for column in self.columns]

    def cards(self) -> Iterator[str]:
        """A vCard for each person of whom an e-mail or a telephone may be seen."""
        for people, details in self._pieces():
            for person in people:
                if rules.CONTACT in details[person.pk] and (person.email or person.phone):
                    key = uuid5(NAMESPACE_URL, f"{self.schema}/{person.pk}")
                    yield card(person, details[person.pk], key=key, organisation=self.organisation)

    def _pieces(self) -> Iterator[tuple[list[Person], dict[int, Details]]]:
        for start in range(0, len(self.keys), PIECE):
            with same_schema(self.schema):
                people = list(self.people.filter(pk__in=self.keys[start : start + PIECE]))
                details = details_for(self.viewer, people)
            yield people, details


def csv(table: Table) -> Iterator[str]:
    return sheets.csv_lines(table.head, table.rows())


def xlsx(table: Table) -> Iterator[bytes]:
    yield sheets.xlsx(table.head, table.rows())


def _name_guardians(viewer: Viewer, people: list[Person], details: dict[int, Details]) -> None:
    """Give each pupil whose guardians the viewer may know `known_guardians`: names, with contacts where open."""
    children = [person.pk for person in people if rules.GUARDIANS in details[person.pk]]
    links = list(
        GuardianLink.objects.filter(holding(), child__in=children, guardian__left_on=None)
        .select_related("guardian")
        .order_by("priority", "pk")
    )
    opened = details_for(viewer, {link.guardian_id: link.guardian for link in links}.values())
    named: dict[int, list[str]] = {}
    for link in links:
        guardian = link.guardian
        ways = (guardian.phone, guardian.email) if rules.CONTACT in opened[guardian.pk] else ()
        said = [f"{guardian.full_name} ({link.get_kinship_display()})", *filter(None, ways)]
        named.setdefault(link.child_id, []).append(" ".join(said))
    for person in people:
        person.known_guardians = " ; ".join(named.get(person.pk, ()))  # type: ignore[attr-defined]


# --- vCard 4.0 (RFC 6350) -------------------------------------------------------------------------------
def card(person: Person, details: Details, *, key: UUID, organisation: str) -> str:
    """One card, lines ended and folded. `key` is the same each time, so that address books recognise the person."""
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:individual",
        f"UID:urn:uuid:{key}",
        f"FN:{_text(person.full_name)}",
        f"N:{_text(person.last_name)};{_text(person.first_name)};;{_text(person.civility)};",
        f"ORG:{_text(organisation)}",
        f"ROLE:{_text(person.function or _roles(person))}",
    ]
    if rules.CONTACT in details:
        lines += [f"EMAIL:{_text(person.email)}"] if person.email else []
        lines += [f"TEL;VALUE=uri:tel:{_dialled(person.phone)}"] if _dialled(person.phone) else []
    if rules.ADDRESS in details and person.address:
        lines.append(f"ADR:;;{_text(_one_line(person))};;;;")
    return "".join(f"{folded}\r\n" for folded in map(_folded, [*lines, "END:VCARD"]))


def _dialled(number: str) -> str:
    """A national number as the world dials it (RFC 3966)."""
    digits = telephone(number)
    return f"+33{digits[1:]}" if len(digits) == 10 and digits.startswith("0") else digits


def _text(value: str) -> str:
    """Escaped (RFC 6350, 3.4); line ends are said as such."""
    plain = "".join(letter for letter in value.replace("\r\n", "\n") if letter >= " " or letter == "\n")
    return plain.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")


def _folded(line: str) -> str:
    """No line over 75 octets; what follows begins with a space, and no letter is cut in two (RFC 6350, 3.2)."""
    pieces, length = [""], 0
    for letter in line:
        size = len(letter.encode())
        if length + size > 75:
            pieces.append(" ")
            length = 1
        pieces[-1] += letter
        length += size
    return "\r\n".join(pieces)


# --- What may be asked for ------------------------------------------------------------------------------
@dataclass(frozen=True)
class Format:
    slug: str
    label: Any
    help: Any
    content_type: str
    made: Callable[[Table], Iterable[Any]]


FORMATS = {
    one.slug: one
    for one in (
        Format("xlsx", "Excel (XLSX)", gettext_lazy("Un tableau, une ligne par personne."), sheets.XLSX, xlsx),
        Format("csv", "CSV", gettext_lazy("Le même tableau, pour d’autres logiciels."), "text/csv; charset=utf-8", csv),
        Format(
            "vcf",
            gettext_lazy("Contacts (vCard)"),
            gettext_lazy("Pour un téléphone ou une messagerie\u00a0: ceux dont vous voyez un courriel ou un numéro."),
            "text/vcard; charset=utf-8",
            Table.cards,
        ),
    )
}


def file_name(extension: str, day: Any) -> str:
    return f"{_('annuaire')}-{current_uai().lower()}-{day:%Y-%m-%d}.{extension}"
