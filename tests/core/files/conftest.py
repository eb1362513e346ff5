from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import make_person


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _owner(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.modules import registry
    from tests.core.files import owner

    monkeypatch.setitem(registry.manifests(), owner.SLUG, owner.manifest)


@pytest.fixture
def in_lycee(lycee_a: Any) -> Iterator[Any]:
    from tenants.schemas.context import school

    with school(lycee_a):
        yield lycee_a


@pytest.fixture
def teacher(lycee_a: Any) -> Any:
    return make_person(lycee_a, "teacher")


@pytest.fixture
def keep(in_lycee: Any, teacher: Any) -> Any:
    """`keep(content, "name.pdf", kind="document")` stores a file of the teacher's in the lycée."""
    from core.files.services import store
    from tests.core.files.owner import SLUG
    from tests.core.files.samples import upload

    def _keep(content: bytes, name: str = "fichier.bin", kind: str = "document", **more: Any) -> Any:
        sent = upload(content, name, more.pop("content_type", "application/octet-stream"))
        return store(upload=sent, module=SLUG, kind=kind, actor=teacher, **more)

    return _keep
