"""One stylesheet out of many small ones: `<app>/css/*.css` of core and the modules becomes `ui/preau.css`."""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

BUNDLE = "ui/preau.css"
LAYERS = "@layer reset,tokens,base,layout,components,utilities;"

_STRING_OR_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/""", re.DOTALL)
_STRING = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")


def minify(css: str) -> str:
    """`css` without comments and needless blanks. Strings are left alone."""
    bare = _STRING_OR_COMMENT.sub(lambda match: match.group(1) or " ", css)
    pieces = _STRING.split(bare)
    pieces[::2] = [_squeeze(piece) for piece in pieces[::2]]
    return "".join(pieces).strip()


def _squeeze(css: str) -> str:
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,]) ?", r"\1", css)
    css = re.sub(r"([\w-]): ", r"\1:", css)
    return css.replace(";}", "}")


def sources() -> list[Path]:
    """The stylesheets in the order of the bundle: the design system, then core's apps, then the modules."""
    found = []
    for config in sorted(apps.get_app_configs(), key=lambda config: (config.name != "core.ui", config.name)):
        if config.name.partition(".")[0] in {"tenants", "core", "modules"}:
            found += sorted(Path(config.path).glob("css/*.css"))
    return found


def build() -> str:
    """The text of the bundle. What an app adds without naming a layer goes among the components."""
    parts = [LAYERS]
    for path in sources():
        css = minify(path.read_text(encoding="utf-8"))
        parts.append(css if css.startswith(("@layer", "@font-face")) else f"@layer components{{{css}}}")
    return "".join(parts)


def ensure_bundle() -> Path:
    """The folder of a bundle no older than its sources."""
    folder = Path(settings.DATA_DIR) / "assets"
    target = folder / BUNDLE
    css = build()
    if not target.is_file() or target.read_text(encoding="utf-8") != css:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_atomically(target, css)
    return folder


def _write_atomically(target: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".preau-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).chmod(0o644)
    Path(name).replace(target)


class BundleFinder(BaseFinder):
    """Lets `collectstatic` and the development server find the bundle."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != BUNDLE:
            return []
        found = str(ensure_bundle() / BUNDLE)
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Callable[..., Any] | None) -> Iterator[tuple[str, FileSystemStorage]]:  # type: ignore[override]
        yield BUNDLE, FileSystemStorage(location=str(ensure_bundle()))
