"""Paper: HTML made into PDF with the interface's own fonts. Nothing is fetched, from the network or from the disk.

WeasyPrint needs Pango, a library of the system. Where it is missing the same page is given as HTML, which browsers
print as well; `MISSING` says what to install.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

import qrcode
from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from PIL import ImageFile

MISSING = _(
    "Pour produire des PDF, installez la bibliothèque Pango sur le serveur (apt install libpango-1.0-0 "
    "libpangoft2-1.0-0 libharfbuzz-subset0)\u00a0; en attendant, voici une page à imprimer."
)
PDF, HTML = "application/pdf", "text/html"
# The scheme under which pages name what belongs to the interface: preau:ui/fonts/atkinson-400.woff2
OURS = "preau:"
_FONTS = {400: "ui/fonts/atkinson-400.woff2", 700: "ui/fonts/atkinson-700.woff2"}


@cache
def _weasyprint() -> Any:
    """The library, kept from telling Pillow that cut-off images are good: uploads must still be refused."""
    strict = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        return import_module("weasyprint")
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = strict


@cache
def available() -> bool:
    """Whether this machine can make PDF. Looked at once a process."""
    try:
        _weasyprint()
    except OSError:  # what ctypes says of a library that is not there
        return False
    return True


def pdf(html: str) -> bytes:
    """The pages of one document. Only `preau:` and `data:` addresses are followed. Raises OSError without Pango."""
    document: bytes = _weasyprint().HTML(string=html, url_fetcher=_fetcher(), base_url=OURS).write_pdf()
    return document


def fonts() -> SafeString:
    """The `@font-face` rules of paper: the family « Préau », regular and bold."""
    rules = (
        f'@font-face {{ font-family: "Préau"; font-weight: {weight}; src: url("{OURS}{path}") format("woff2"); }}'
        for weight, path in _FONTS.items()
    )
    return mark_safe("\n".join(rules))  # noqa: S308 -- constants


def qr_svg(text: str) -> SafeString:
    """A QR code as one `<svg>` of a single path, without a size of its own. It survives 15 % of dirt."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(_run(x, y, len(run)) for y, row in enumerate(rows) for x, run in _dark(row))
    size = len(rows)
    return mark_safe(f'<svg class="qr" viewBox="0 0 {size} {size}"><path d="{path}"/></svg>')  # noqa: S308 -- digits


def _dark(row: list[bool]) -> Iterator[tuple[int, list[bool]]]:
    x = 0
    for dark, run in groupby(row):
        cells = list(run)
        if dark:
            yield x, cells
        x += len(cells)


def _run(x: int, y: int, width: int) -> str:
    return f"M{x} {y}h{width}v1h-{width}z"


@cache
def _fetcher() -> Any:
    _weasyprint()
    urls: Any = import_module("weasyprint.urls")

    class Ours(urls.URLFetcher):
        """What a page may name: our own static files, by their name, and data that it holds itself."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            found = finders.find(url.removeprefix(OURS)) if url.startswith(OURS) else None
            if not found or ".." in url:
                raise ValueError("not one of ours")
            return urls.URLFetcherResponse(url, Path(str(found)).read_bytes())

    return Ours(allowed_protocols={"data"}, allow_redirects=False)
