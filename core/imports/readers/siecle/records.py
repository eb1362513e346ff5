"""What records of pupils and guardians share."""

from django.utils.translation import gettext as _
from lxml import etree

from core.imports.neutral import Level, PersonKind, Remark
from core.imports.readers.siecle.school import text_of
from core.imports.readers.values import email, phones


class Remarks:
    """Remarks on one element, which know where it stands."""

    def __init__(self, file: str, element: etree._Element | None, key: str, who: str, kind: PersonKind) -> None:
        self.all: list[Remark] = []
        self._element, self._about = element, (file, key, who, kind)

    def add(self, level: Level, code: str, sentence: str) -> None:
        file, key, who, kind = self._about
        row = {}
        if level is Level.REFUSED and self._element is not None:
            row = {str(child.tag): (child.text or "").strip() for child in self._element if not len(child)}
        line = self._element.sourceline if self._element is not None else 0
        self.all.append(Remark(level, code, sentence, file, line if isinstance(line, int) else 0, key, who, row, kind))


def email_of(element: etree._Element, remarks: Remarks) -> str | None:
    text = text_of(element, "MEL")
    found = email(text)
    if text and found is None:
        remarks.add(
            Level.NOTE, "bad-email",
            _("«\u00a0%(text)s\u00a0» n’est pas une adresse électronique\u202f: elle est laissée de côté.")
            % {"text": text[:80]},
        )  # fmt: skip
    return found or None


def phones_of(element: etree._Element) -> tuple[str, ...] | None:
    return phones(*(text_of(element, tag) for tag in ("TEL_PORTABLE", "TEL_PERSONNEL", "TEL_PROFESSIONNEL"))) or None
