"""A module that keeps files, for these tests: its staff read everything, others what they sent themselves."""

from typing import Any

from core.modules.contract import Manifest

SLUG = "casier"
manifest = Manifest(
    core=True, slug=SLUG, name="Casier", description="Des fichiers.", icon="folder",
    file_access="tests.core.files.owner.may_read",
)  # fmt: skip


def may_read(viewer: Any, stored: Any) -> bool:
    return "teacher" in viewer.roles or stored.uploaded_by_id == viewer.person.pk
