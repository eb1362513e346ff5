"""XML from outside, as blocks that are safe to parse: no document type, no entity, nothing to fetch.

Whatever stands before the root element is read here and never reaches the parser: a document type that declares
entities is refused, any other is dropped, so that no parser ever learns of an entity, a file or an address.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from core.imports.errors import SourceError
from core.imports.sources.members import Member
from core.imports.sources.text import mended_references, utf8_blocks

_ROOT = re.compile(rb"<(?![?!])([A-Za-z_][\w.:-]*)")
_ENTITY = re.compile(rb"<!ENTITY|%[A-Za-z_][\w.-]*;")
# Comments may hold anything, a root element too
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_SUBSET = re.compile(rb"<!DOCTYPE[^\[>]*\[.*?\]\s*>", re.DOTALL)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*>")
_LONGEST_PROLOG = 1024 * 1024
_OPTIONS: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False,
    "attribute_defaults": False, "huge_tree": False, "remove_comments": True, "remove_pis": True,
    "remove_blank_text": False, "encoding": "utf-8",
}  # fmt: skip


def not_xml(name: str) -> SourceError:
    return SourceError(
        "not-xml",
        _(
            "«\u00a0%(name)s\u00a0» n’est pas un fichier XML lisible. Vérifiez que c’est bien l’export, "
            "qu’il est entier et qu’aucun logiciel ne l’a modifié."
        )
        % {"name": name},
    )


def root_of(member: Member) -> str:
    """The name of the root element without its prefix, which tells the kind of the file; empty where it is no XML.

    Raises SourceError for a document that declares entities.
    """
    if not member.head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
        return ""
    for block in xml_blocks(member):
        match = _ROOT.search(block)
        return match[1].decode().rpartition(":")[2] if match else ""
    return ""


def xml_blocks(member: Member) -> Iterator[bytes]:
    """The document from its root element on, in blocks of UTF-8 that end with a tag.

    Raises SourceError where it is no XML or declares entities, and while reading where its archive is damaged.
    """
    with member.open() as stream:
        blocks = utf8_blocks(stream, member.head, end=b">", start=b"<")
        prolog = b""
        for block in blocks:
            prolog += block
            prolog_end = _end_of_prolog(prolog, member.name)
            if prolog_end is not None:
                # As many lines as before, so that errors are told where they are
                yield b"\n" * prolog.count(b"\n", 0, prolog_end) + mended_references(prolog[prolog_end:])
                break
            if len(prolog) > _LONGEST_PROLOG:
                raise not_xml(member.name)
        else:
            if prolog.strip():
                raise not_xml(member.name)
            return
        for block in blocks:
            yield mended_references(block)


def _end_of_prolog(text: bytes, name: str) -> int | None:
    """Where the root element begins; None where more must be read to know."""
    blank = _COMMENT.sub(lambda match: b" " * len(match[0]), text)
    if _ENTITY.search(blank, 0, _first_root(blank)):
        raise SourceError(
            "entities",
            _(
                "«\u00a0%(name)s\u00a0» contient des déclarations d’entités, ce qu’aucun export ne fait\u202f: "
                "il est refusé. Demandez un nouvel export."
            )
            % {"name": name},
        )
    blank = _SUBSET.sub(lambda match: b" " * len(match[0]), blank)
    blank = _DOCTYPE.sub(lambda match: b" " * len(match[0]), blank)
    if b"<!DOCTYPE" in blank or b"<!--" in blank:
        return None
    match = _ROOT.search(blank)
    return match.start() if match else None


def _first_root(blank: bytes) -> int:
    """The end of the document type: an element only begins after it, and a subset holds none."""
    match = _ROOT.search(blank)
    return match.start() if match else len(blank)


def elements(member: Member, *tags: str) -> Iterator[etree._Element]:
    """Each element of these names when it has been read whole, then forgotten: memory does not grow with the file.

    Raises SourceError where the document breaks off or is not well formed; what came before it was given.
    """
    parser = etree.XMLPullParser(events=("end",), tag=tags, **_OPTIONS)
    try:
        for block in xml_blocks(member):
            parser.feed(block)
            yield from _finished(parser)
        parser.close()
        yield from _finished(parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(
            "broken-xml",
            _(
                "«\u00a0%(name)s\u00a0» est incomplet ou abîmé à la ligne %(line)s. "
                "Refaites l’export ou copiez le fichier à nouveau, puis recommencez."
            )
            % {"name": member.name, "line": error.lineno or 1},
        ) from error


def _finished(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    for _event, element in parser.read_events():
        if not isinstance(element, etree._Element):
            continue
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and (before := element.getprevious()) is not None:
            parent.remove(before)


def parsed(fragment: bytes) -> etree._Element:
    """One small element, parsed by itself. Raises lxml.etree.XMLSyntaxError."""
    return etree.fromstring(fragment, etree.XMLParser(**_OPTIONS))
