"""scripts/new-module: lays out a module that passes every check and the contract suite as it is."""

import argparse
import re
from pathlib import Path

from scripts.support import paths
from scripts.support.terminal import Stop, say

TEMPLATES = Path(__file__).resolve().parent.parent / "new_module"
SLUG = re.compile(r"[a-z][a-z0-9_]{1,39}\Z")
PATH = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
# Words that are already something else in the project.
TAKEN = {
    "people",
    "structure",
    "modules",
    "audit",
    "files",
    "dashboard",
    "sessions",
    "core",
    "tenants",
    "tests",
}
# Who reads and who writes, in the permission table (see tests/isolation/world.py for the letters).
MATRIX = ("{slug}:list GET=pgtsmadx POST=-", "{slug}:create GET=tsmad POST=tsmad")


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    slug, root = options.name, options.root
    words = {
        "slug": slug,
        "Slug": "".join(part.capitalize() for part in slug.split("_")),
        "name": options.french_name or slug.replace("_", " ").capitalize(),
        "path": options.path or slug.replace("_", "-"),
        "icon": options.icon,
    }
    _refuse(words, root)
    _lay_out(TEMPLATES / "module", root / "modules" / slug, words)
    _lay_out(TEMPLATES / "tests", root / "tests" / "modules" / slug, words)
    _install(root, slug)
    _add_to_table(root, slug)
    say(f"modules/{slug} et tests/modules/{slug} sont prêts, et config/settings.py nomme le module.")
    say("Ensuite : remplissez manifest.py, puis lancez scripts/check et scripts/test tests/contract.")
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/new-module", description="Prépare un nouveau module.")
    parser.add_argument("name", help="nom anglais du module, par exemple canteen")
    parser.add_argument("--french-name", default="", help="nom affiché, par exemple « Cantine »")
    parser.add_argument("--path", default="", help="début de ses adresses, par exemple cantine")
    parser.add_argument("--icon", default="puzzle", help="une icône du jeu de l’interface")
    parser.add_argument("--root", type=Path, default=paths.ROOT, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _refuse(words: dict[str, str], root: Path) -> None:
    """Stops before anything is written."""
    slug = words["slug"]
    if not SLUG.match(slug) or slug in TAKEN:
        raise Stop(f"« {slug} » ne convient pas : minuscules, chiffres et _, et pas un nom déjà pris.")
    if not PATH.match(words["path"]):
        raise Stop(f"« {words['path']} » ne convient pas : minuscules sans accent, chiffres et tirets.")
    if set(words["name"]) & set('"\\{}%\n'):
        raise Stop("Le nom affiché ne peut contenir ni guillemet droit, ni accolade, ni %.")
    if f'id="{words["icon"]}"' not in _text(root / "core/ui/static/ui/icons.svg"):
        raise Stop(f"L’icône « {words['icon']} » n’existe pas : voyez core/ui/static/ui/icons.svg.")
    for folder in (root / "modules" / slug, root / "tests" / "modules" / slug):
        if folder.exists():
            raise Stop(f"{folder.relative_to(root)} existe déjà.")


def _lay_out(source: Path, target: Path, words: dict[str, str]) -> None:
    for template in sorted(source.rglob("*.txt")):
        name = str(template.relative_to(source)).removesuffix(".txt").replace("SLUG", words["slug"])
        text = _text(template)
        for key, value in words.items():
            text = text.replace(f"@{key}@", value)
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def _install(root: Path, slug: str) -> None:
    """Name the module in the settings, after the others."""
    settings = root / "config" / "settings.py"
    before, last, after = _text(settings).partition('*env.words("PREAU_EXTRA_MODULES")')
    if not last:
        raise Stop("config/settings.py n’a pas la liste MODULES attendue : ajoutez-y le module.")
    line = before.rpartition("\n")[2]
    gap = " " if line.strip() else f"\n{line}"
    settings.write_text(f'{before}"modules.{slug}",{gap}{last}{after}', encoding="utf-8")


def _add_to_table(root: Path, slug: str) -> None:
    """Add the two pages to the table of who may reach what."""
    table = root / "tests" / "isolation" / "matrix_school.txt"
    if table.exists():
        lines = "".join(f"{line.format(slug=slug)}\n" for line in MATRIX)
        table.write_text(_text(table).rstrip("\n") + "\n" + lines, encoding="utf-8")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
