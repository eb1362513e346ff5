"""The requests of an AAF file one by one, and what their attributes say.

A file is some hundred thousand requests of one shape, each parsed by itself: quickly where it is written as the State
writes it, by lxml where it is not; one that cannot be read spoils no other. The shape is that of ficAlimMENESR.dtd.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice, repeat
from typing import Literal

from django.utils.translation import gettext as _
from lxml import etree

from core.imports.errors import SourceError
from core.imports.neutral import Level, Remark
from core.imports.sources import Member
from core.imports.sources.streams import truncated
from core.imports.sources.xml import parsed, root_of, xml_blocks

ROOT = "ficAlimMENESR"
Operation = Literal["add", "modify", "delete"]

_END = "</addRequest>"
_OTHER_END = re.compile(r"(?<=</modifyRequest>)|(?<=</deleteRequest>)")
_ROOT_START = re.compile(rf"\s*<{ROOT}(?:\s[^<>]*)?(/?)>")
_ROOT_END = re.compile(rf"(?:\s|<!--.*?-->)*(?:</{ROOT}\s*>(?:\s|<!--.*?-->)*)\Z", re.DOTALL)
# The plain shape: what is written otherwise is left to lxml
_START = re.compile(r"\s*(?:<!--(?:(?!--).)*-->\s*)*<addRequest>\s*<operationalAttributes>\s*", re.DOTALL)
_CATEGORY = re.compile(
    r'categorie\w+"><value>(\w+)</value></attr>\s*</operationalAttributes>\s*'
    r"<identifier>\s*<id>([^<&]*)</id>\s*</identifier>\s*<attributes>\s*\Z"
)
_AFTER = re.compile(r"\s*</addRequest>")
_NAMED_ENTITY = re.compile(r"&#?[A-Za-z0-9]{1,31};")
# Stand between the values of an attribute and between attributes: control characters, which no text from outside holds
_BETWEEN, _NEXT = "\x1f", "\x1e"
_LONGEST_RECORD = 4 * 1024 * 1024


class Malformed(ValueError):
    """A request that is none of those of the format."""


@dataclass(slots=True)
class Request:
    """One request of a file: what it does to whom.

    `category` is "Eleve", "PersRelEleve", "PersEducNat", "EtabEducNat", "MatEducNat" or "MefEducNat"; `get` gives an
    attribute as it is written, several values together: "" where it is said to be empty, None where nothing is said.
    """

    operation: Operation
    category: str
    id: str
    attributes: dict[str, str]
    file: str
    line: int
    # Tells identical requests from others of the same id
    print: int
    # Whether attributes that are not there are unknown rather than absent
    partial: bool = False
    get: Callable[[str], str | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.get = self.attributes.get

    def __contains__(self, name: str) -> bool:
        return name in self.attributes

    def text(self, *names: str) -> str:
        """The first value that is not empty among these attributes; empty for none."""
        for name in names:
            if found := self.get(name):
                if _BETWEEN not in found:
                    return found.strip()
                if several := split_values(found):
                    return several[0]
        return ""

    def many(self, name: str) -> list[str]:
        """The values that are not empty, in the order of the file."""
        raw = self.get(name)
        if not raw:
            return []
        return split_values(raw) if _BETWEEN in raw else [raw]

    @property
    def row(self) -> dict[str, str]:
        """All that it says, for people."""
        return {"id": self.id} | {name: raw.replace(_BETWEEN, " | ") for name, raw in self.attributes.items()}


def split_values(joined: str) -> list[str]:
    """The values that `Request.get` gives together, without the empty ones."""
    return [text for value in joined.split(_BETWEEN) if (text := value.strip())]


def unescaped(text: str) -> str:
    """Text without entities, those of HTML too that were escaped twice: "&amp;eacute;" is "é"."""
    once = html.unescape(text)
    return _NAMED_ENTITY.sub(lambda match: html.unescape(match[0]), once) if "&" in once else once


def requests(member: Member) -> Iterator[Request | Remark]:
    """The requests of a file in order, with a remark in the place of each that cannot be read.

    Raises SourceError where the file is of another kind or breaks off before its end.
    """
    line, name = 1, member.name
    layout = _Layout([])
    for chunk in _chunks(member):
        before = _leading_lines(chunk)
        pieces = chunk.split('<attr name="')
        if not layout.fits(pieces):
            layout = _Layout(pieces)
        request = _plain(chunk, pieces, layout, name, line + before)
        if request is not None:
            yield request
        else:
            yield from _other(chunk, name, line + before)
        line += chunk.count("\n")


class _Layout:
    """How records are written: which attributes in which order, and what separates them.

    It is that of the record before, nearly always, so that what a record says can be cut out of it at known places.
    """

    def __init__(self, pieces: list[str]) -> None:
        parts = [piece.partition('"><value') for piece in pieces[2:]]
        self.names = [name for name, _sep, _rest in parts]
        self.is_plain = bool(parts) and len(set(self.names)) == len(parts) and all(sep for _name, sep, _rest in parts)
        # Between the end of an attribute and the next one: a newline, an indentation
        self.gap = pieces[2].rpartition("</attr>")[2] if len(pieces) > 3 else ""
        self._prefixes = [(f'{name}"><value>', f'{name}"><value/>') for name in self.names]
        self._starts = [len(plain) for plain, _empty in self._prefixes]
        self._endings = (f"</value></attr>{self.gap}", f"<value/></attr>{self.gap}")

    def fits(self, pieces: list[str]) -> bool:
        prefixes = self._prefixes
        return len(pieces) == len(prefixes) + 2 and all(map(str.startswith, islice(pieces, 2, None), prefixes))

    def values(self, pieces: list[str]) -> dict[str, str] | None:
        """What each attribute says; None where one is not written plainly."""
        own = pieces[2:]
        if not all(map(str.endswith, own, repeat(self._endings))):
            return None
        cut = -len(self._endings[0])
        joined = _NEXT.join([piece[start:cut] for piece, start in zip(own, self._starts, strict=True)])
        joined = joined.replace("</value><value>", _BETWEEN)
        if "<" in joined:
            return None
        found = joined.split(_NEXT)
        if "&" in joined:
            found = [unescaped(text) if "&" in text else text for text in found]
        return dict(zip(self.names, found, strict=True))


def _leading_lines(chunk: str) -> int:
    end = chunk.find("<")
    return chunk.count("\n", 0, end) if end > 0 else 0


def check_head(member: Member) -> None:
    """Raises SourceError where the head of a file tells that it is empty, of another kind, or declares entities."""
    if not member.size:
        raise _empty(member)
    if root_of(member) != ROOT:
        raise _other_kind(member)
    member.forget_head()


def _chunks(member: Member) -> Iterator[str]:
    """The text up to the end of each request. Their sum is the document from its root on."""
    rest, begun = "", False
    for block in xml_blocks(member):
        text = rest + block.decode()
        if not begun:
            if not (root := _ROOT_START.match(text)):
                raise _other_kind(member)
            begun, text = True, "\n" * text.count("\n", 0, root.end()) + text[root.end() :]
            if root[1]:
                return
        *whole, rest = text.split(_END)
        for chunk in whole:
            chunk += _END
            yield from _OTHER_END.split(chunk) if "modifyRequest>" in chunk or "deleteRequest>" in chunk else (chunk,)
        if "modifyRequest>" in rest or "deleteRequest>" in rest:
            *whole, rest = _OTHER_END.split(rest)
            yield from whole
        if len(rest) > _LONGEST_RECORD:
            raise truncated(member.name)
    if not begun:
        raise _empty(member)
    *whole, rest = _OTHER_END.split(rest)
    yield from whole
    if not _ROOT_END.match(rest):
        raise truncated(member.name)


def _empty(member: Member) -> SourceError:
    return SourceError(
        "empty-file",
        _("Le fichier «\u00a0%(name)s\u00a0» est vide. Refaites l’export, puis recommencez.") % {"name": member.name},
    )


def _other_kind(member: Member) -> SourceError:
    return SourceError(
        "other-kind",
        _(
            "«\u00a0%(name)s\u00a0» n’est pas un fichier de l’annuaire fédérateur (AAF). "
            "Choisissez les fichiers de l’export AAF seulement."
        )
        % {"name": member.name},
    )


def _plain(chunk: str, pieces: list[str], layout: _Layout, file: str, line: int) -> Request | None:
    """The request when it is an addition of the plain shape, else None."""
    if not layout.is_plain or not _START.fullmatch(pieces[0]):
        return None
    head = _CATEGORY.match(pieces[1])
    last, end, after = pieces[-1].rpartition("</attributes>")
    if head is None or not end or not _AFTER.fullmatch(after):
        return None
    pieces[-1] = last.rstrip() + layout.gap
    attributes = layout.values(pieces)
    if attributes is None:
        return None
    return Request("add", head[1], head[2].strip(), attributes, file, line, hash(chunk[len(pieces[0]) :]))


def _other(chunk: str, file: str, line: int) -> Iterator[Request | Remark]:
    """The requests of a chunk in whatever XML they are written."""
    try:
        root = parsed(f"<{ROOT}>{chunk}</{ROOT}>".encode())
        for element in root:
            yield _of_element(element, file, line + _line_of(element) - 1)
    except (etree.XMLSyntaxError, Malformed):
        yield unreadable(file, line)


def _line_of(element: etree._Element) -> int:
    return element.sourceline if isinstance(element.sourceline, int) else 1


def unreadable(file: str, line: int) -> Remark:
    return Remark(
        Level.REFUSED,
        "unreadable-record",
        _("Cet enregistrement n’est pas du XML correct\u202f: il n’a pas été lu. Faites-le corriger à la source."),
        file=file,
        line=line,
    )


def _of_element(element: etree._Element, file: str, line: int) -> Request:
    operation = str(element.tag).removesuffix("Request")
    if operation not in ("add", "modify", "delete"):
        raise Malformed(operation)
    category = element.findtext("operationalAttributes/attr/value") or ""
    identifier = (element.findtext("identifier/id") or "").strip()
    attributes: dict[str, str] = {}
    for attribute in (*element.iterfind("attributes/attr"), *element.iterfind("modifications/modification")):
        if attribute.get("operation", "replace") != "replace":
            raise Malformed(str(attribute.get("operation")))
        values = [unescaped((value.text or "").strip()) for value in attribute.iterfind("value")]
        name = str(attribute.get("name"))
        if name in attributes:
            values = [attributes[name], *values]
        attributes[name] = _BETWEEN.join(value for value in values if value)
    return Request(
        operation,  # type: ignore[arg-type]
        category, identifier, attributes, file, line, hash(tuple(attributes.items())), operation == "modify",
    )  # fmt: skip
