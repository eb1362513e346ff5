"""The one place that goes from school to school."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog
from django.db import connection

from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas.context import region, school

logger = structlog.get_logger(__name__)


@dataclass
class Tour:
    """What a loop over schools came to: UAI done, and UAI with the error's kind."""

    done: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def each_school(work: Callable[[], object], *, uais: Iterable[str], name: str) -> Tour:
    """Do `work` in each active school named, in order of UAI. A failure is logged, and the others go on.

    To resume, call again with the UAI that are in neither `done` nor no longer wanted.
    """
    tour = Tour()
    for establishment in _active(uais):
        connection.close_if_unusable_or_obsolete()  # a server process grows with each school it has stood in
        try:
            with school(establishment):
                work()
        except Exception as error:
            tour.failed[establishment.uai] = type(error).__name__
            logger.exception("work failed in a school", work=name, uai=establishment.uai)
        else:
            tour.done.append(establishment.uai)
    return tour


def _active(uais: Iterable[str]) -> list[Establishment]:
    with region():
        return list(Establishment.objects.filter(uai__in=list(uais), lifecycle=Lifecycle.ACTIVE).order_by("uai"))
