"""A few schools that other connections and processes see, with the zoo in place of the dummy module."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from tenants.establishments.models import Establishment
from tenants.schemas import engine, graph, ledger
from tenants.schemas.blueprint import store
from tenants.schemas.blueprint.capture import drop
from tenants.schemas.context import region
from tenants.schemas.kit import Kit
from tenants.schemas.models import InstalledApp, Upgrade
from tests.factories import make_establishment
from tests.tenants.schemas.outside import outside

UAIS = ("0679601A", "0679602B", "0679603C", "0679604D")


def build(uai: str, modules: tuple[str, ...]) -> None:
    school = make_establishment(uai, slug=f"zoo-{uai.lower()}", lifecycle="active")
    engine.make_role(school)
    kit = Kit(tuple(store.for_labels([*graph.current().core, *modules])))
    engine.make(school.schema_name, kit, after=ledger.put(uai, kit.versions))


def clear() -> None:
    with region(), connection.cursor() as cursor:
        Upgrade.objects.all().delete()
        for uai in UAIS:
            name = f"e_{uai.lower()}"
            InstalledApp.objects.filter(uai=uai).delete()
            Establishment.objects.filter(uai=uai).delete()
            cursor.execute("SELECT to_regrole(%s)", [name])
            if cursor.fetchone()[0]:
                drop(name)


@contextmanager
def village(*, modules: tuple[str, ...] = ("dummy",), uais: tuple[str, ...] = UAIS) -> Iterator[tuple[str, ...]]:
    """The UAI of schools made by the release that is set; nothing of them is left after."""
    outside(clear)
    try:
        for uai in uais:
            outside(build, uai, modules)
        yield uais
    finally:
        outside(clear)


def ask(uai: str, *statements: str) -> list[tuple]:
    """Rows of the last statement, run in a school by its owner, outside the test's transaction."""
    from tenants.schemas.context import school

    def run() -> list[tuple]:
        with school(uai, include_public=False), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    return outside(run)


