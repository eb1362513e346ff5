"""Write the descriptions of both APIs into docs/, or say whether they are what the code says."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.api.description import school
from tenants.api.regional import described_region


class Command(BaseCommand):
    help = "Write docs/openapi-school.json and docs/openapi-region.json; --check only compares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail where a file is not what the code says")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs"
        found = {"openapi-school.json": school(settings.ROOT_URLCONF), "openapi-region.json": described_region()}
        stale = [name for name, content in found.items() if not _is_up_to_date(folder / name, _text(content))]
        if check and stale:
            raise CommandError(f"{', '.join(stale)}: run scripts/manage write_openapi and commit")
        for name in stale:
            (folder / name).write_text(_text(found[name]), encoding="utf-8")
            self.stdout.write(f"docs/{name}")


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _is_up_to_date(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
