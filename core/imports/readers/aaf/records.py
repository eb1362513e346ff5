"""The requests of an AAF file one by one, and what their attributes say.

A file is some hundred thousand requests of one shape, each parsed by itself: quickly where it is written as the State
writes it, by lxml where it is not; one that cannot be read spoils no other. The shape is that of ficAlimMENESR.dtd.
"""

import html
import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from django.utils.translation import gettext as _
from lxml import etree

from core.imports.errors import SourceError
from core.imports.neutral import Level, Remark
from core.imports.sources import Member
from core.imports.sources.streams import truncated
from core.imports.sources.xml import parsed, xml_blocks

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
_VALUE = re.compile(r"<value>([^<]*)</value>")
_VALUES = re.compile(r"\s*(?:<value>[^<]*</value>\s*|<value\s*/>\s*)*</attr>\s*")
_AFTER = re.compile(r"\s*</addRequest>")
_NAMED_ENTITY = re.compile(r"&#?[A-Za-z0-9]{1,31};")
# Stands between the values of an attribute: a control character, which no text from outside holds
_BETWEEN = "\x1f"
_LONGEST_RECORD = 4 * 1024 * 1024


class Malformed(ValueError):
    """A request that is none of those of the format."""


class Request:
    """One request of a file: what it does to whom.

    Attributes are read when they are asked for: most are of no use here. `category` is "Eleve", "PersRelEleve",
    "PersEducNat", "EtabEducNat", "MatEducNat" or "MefEducNat"; `print` tells identical requests from others of the
    same id; `partial` whether attributes that are not there are unknown rather than absent.
    """

    __slots__ = ("_layout", "_pieces", "_values", "category", "file", "id", "line", "operation", "partial", "print")

    def __init__(self, operation: Operation, category: str, identifier: str, file: str, line: int, mark: int) -> None:
        self.operation, self.category, self.id = operation, category, identifier
        self.file, self.line, self.print = file, line, mark
        self.partial = operation == "modify"
        # Where each attribute stands among the pieces of a plain record
        self._layout: dict[str, int] = {}
        self._pieces: list[str] = []
        # All attributes of a record that was parsed whole; several values have _BETWEEN between them
        self._values: dict[str, str] | None = None

    def __contains__(self, name: str) -> bool:
        return name in (self._layout if self._values is None else self._values)

    def get(self, name: str) -> str | None:
        """The value, or all with _BETWEEN; "" where the source says that it is empty, None where it says nothing.

        Raises Malformed where the attribute is not well formed.
        """
        if self._values is not None:
            return self._values.get(name)
        at = self._layout.get(name)
        if at is None:
            return None
        raw, start = self._pieces[at], len(name) + 2
        if raw.startswith("<value/>", start):
            return "" if raw.startswith("</attr>", start + 8) else self._several(raw, start)
        end = raw.find("<", start + 7)
        if not raw.startswith("</value></attr>", end) or not raw.startswith("<value>", start):
            return self._several(raw, start)
        text = raw[start + 7 : end]
        return unescaped(text).strip() if "&" in text else text.strip()

    def _several(self, raw: str, start: int) -> str:
        end = raw.rfind("</value></attr>")
        if end > 0 and raw.startswith("<value>", start):
            joined = raw[start + 7 : end].replace("</value><value>", _BETWEEN)
            if "<" not in joined and "&" not in joined:
                return joined
        if not _VALUES.fullmatch(raw, start):
            raise Malformed(raw[: start - 2])
        values = (unescaped(text) if "&" in text else text for text in _VALUE.findall(raw, start))
        return _BETWEEN.join(value.strip() for value in values)

    def text(self, *names: str) -> str:
        """The first value that is not empty among these attributes; empty for none."""
        for name in names:
            if found := self.get(name):
                if _BETWEEN not in found:
                    return found
                if several := self.many(name):
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
        told = {"id": self.id}
        for name in self._layout if self._values is None else self._values:
            try:
                told[name] = (self.get(name) or "").replace(_BETWEEN, " | ")
            except Malformed:
                told[name] = ""
        return told


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
    """Which attributes a record has in which order: the same as the record before, nearly always."""

    def __init__(self, pieces: list[str]) -> None:
        names = [piece.partition('">')[0] for piece in pieces[2:]]
        self._prefixes = [f'{name}">' for name in names]
        self.places = {name: at for at, name in enumerate(names, start=2)}
        self.is_plain = len(self.places) == len(names) and not any("<" in name or " " in name for name in names)

    def fits(self, pieces: list[str]) -> bool:
        prefixes = self._prefixes
        return len(pieces) == len(prefixes) + 2 and all(map(str.startswith, islice(pieces, 2, None), prefixes))


def _leading_lines(chunk: str) -> int:
    end = chunk.find("<")
    return chunk.count("\n", 0, end) if end > 0 else 0


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
        raise SourceError(
            "empty-file",
            _("Le fichier «\u00a0%(name)s\u00a0» est vide. Refaites l’export, puis recommencez.")
            % {"name": member.name},
        )
    *whole, rest = _OTHER_END.split(rest)
    yield from whole
    if not _ROOT_END.match(rest):
        raise truncated(member.name)


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
    if len(pieces) < 2 or not layout.is_plain or not _START.fullmatch(pieces[0]):
        return None
    head = _CATEGORY.match(pieces[1])
    last, end, after = pieces[-1].rpartition("</attributes>")
    start = len(pieces[0])
    if head is None or not end or len(pieces) == 2 or not _AFTER.fullmatch(after):
        return None
    # Comments, CDATA and instructions; one character is found much faster than two
    if ("!" in chunk and chunk.find("<!", start) >= 0) or ("?" in chunk and "<?" in chunk):
        return None
    pieces[-1] = last
    request = Request("add", head[1], head[2].strip(), file, line, hash(chunk[start:]))
    request._layout, request._pieces = layout.places, pieces
    return request


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
    mark = hash(tuple(attributes.items()))
    request = Request(operation, category, identifier, file, line, mark)  # type: ignore[arg-type]
    request._values = attributes
    return request
