"""The requests of an AAF file one by one, and what their attributes say.

A file is some hundred thousand requests of one shape, each parsed by itself: quickly where it is written as the State
writes it, by lxml where it is not; one that cannot be read spoils no other. The shape is that of ficAlimMENESR.dtd.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
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
_VALUE = re.compile(r"<value>([^<]*)</value>|<value\s*/>")
_NAMED_ENTITY = re.compile(r"&#?[A-Za-z0-9]{1,31};")
_LONGEST_RECORD = 4 * 1024 * 1024


class Malformed(ValueError):
    """A request that is not of the plain shape."""


@dataclass(slots=True)
class Request:
    """One request of a file: what it does to whom, with attributes as the file writes them."""

    operation: Operation
    category: str  # "Eleve", "PersRelEleve", "PersEducNat", "EtabEducNat", "MatEducNat", "MefEducNat"
    id: str
    # Attribute → its <value> elements and whatever follows up to the next attribute
    attributes: dict[str, str]
    file: str
    line: int
    # Tells identical requests from others of the same id
    print: int = 0
    # Whether attributes that are not there are unknown rather than absent
    partial: bool = False

    def has(self, *names: str) -> bool:
        return any(name in self.attributes for name in names)

    def one(self, name: str) -> str | None:
        """The first value: "" where the source says that it is empty, None where it says nothing."""
        raw = self.attributes.get(name)
        if raw is None:
            return None
        if not raw.startswith("<value>"):
            values = self.many(name)
            return values[0] if values else ""
        text = raw[7 : raw.find("</value>")]
        if "<" in text:
            raise Malformed(name)
        return (unescaped(text) if "&" in text else text).strip()

    def text(self, *names: str) -> str:
        """The first value that is not empty among these attributes; empty for none."""
        for name in names:
            if found := self.one(name):
                return found
        return ""

    def many(self, name: str) -> list[str]:
        """The values that are not empty, in the order of the file."""
        raw = self.attributes.get(name)
        if raw is None:
            return []
        values = _VALUE.findall(raw[: raw.rfind("</")])
        if raw.count("<value") != len(values):
            raise Malformed(name)
        return [text for value in values if (text := (unescaped(value) if "&" in value else value).strip())]


def unescaped(text: str) -> str:
    """Text without entities, those of HTML too that were escaped twice: "&amp;eacute;" is "é"."""
    once = html.unescape(text)
    return _NAMED_ENTITY.sub(lambda match: html.unescape(match[0]), once) if "&" in once else once


def requests(member: Member) -> Iterator[Request | Remark]:
    """The requests of a file in order, with a remark in the place of each that cannot be read.

    Raises SourceError where the file is of another kind or breaks off before its end.
    """
    line = 1
    for chunk in _chunks(member):
        line += _leading_lines(chunk)
        request = _plain(chunk, member.name, line)
        if request is not None:
            yield request
        else:
            yield from _other(chunk, member.name, line)
        line += chunk.count("\n") - _leading_lines(chunk)


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


def _plain(chunk: str, file: str, line: int) -> Request | None:
    """The request when it is an addition of the plain shape, else None."""
    before, *pieces = chunk.split('<attr name="')
    head = _CATEGORY.match(pieces[0]) if pieces else None
    if head is None or not _START.fullmatch(before) or chunk.count("<attr ") != len(pieces):
        return None
    if chunk.rfind("<!") >= len(before) or chunk.rfind("<?") >= 0:
        return None
    attributes = {}
    for piece in pieces[1:]:
        name, _sep, raw = piece.partition('">')
        attributes[name] = raw
    if len(attributes) != len(pieces) - 1:
        return None  # the same attribute twice
    return Request("add", head[1], head[2].strip(), attributes, file, line, hash(chunk[len(before) :]))


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
        values = "".join(f"<value>{html.escape(value.text or '')}</value>" for value in attribute.iterfind("value"))
        name = str(attribute.get("name"))
        attributes[name] = attributes.get(name, "").removesuffix("</attr>") + f"{values}</attr>"
    return Request(
        operation,  # type: ignore[arg-type]
        category,
        identifier,
        attributes,
        file,
        line,
        hash(tuple(attributes.items())),
        partial=operation == "modify",
    )
