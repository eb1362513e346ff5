"""Celery tasks know their school, or say that they are regional; anything else is refused."""

from typing import Any

from celery import Task
from celery.exceptions import Reject

from tenants.schemas.context import current_schema, in_school, region, school
from tenants.schemas.names import is_school_schema

HEADER = "preau_school"


class TaskWithoutSchool(Exception):
    """A school's task was sent or received without its school."""


class SchoolTask(Task):
    """The default: sent from within a school, run within the same school.

    `for_school(uai).delay(...)` is not needed: code that sends for another school enters it first.
    """

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        headers = dict(options.pop("headers", None) or {})
        if HEADER not in headers:
            if not in_school():
                raise TaskWithoutSchool(f"{self.name} was sent outside any school")
            headers[HEADER] = current_schema()
        return super().apply_async(args, kwargs, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self.request.id and in_school():  # called as a function, where it stands
            return super().__call__(*args, **kwargs)
        schema = self.request.get(HEADER) or (self.request.headers or {}).get(HEADER)
        if not is_school_schema(schema):
            raise Reject(TaskWithoutSchool(f"{self.name} came without a school"), requeue=False)
        establishment = _active_school(str(schema))
        if establishment is None:
            raise Reject(TaskWithoutSchool(f"{self.name} came for {schema}, which is not active"), requeue=False)
        with school(establishment):
            return super().__call__(*args, **kwargs)


class RegionalTask(Task):
    """Declared with `@shared_task(base=RegionalTask)`: runs in the regional context."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with region():
            return super().__call__(*args, **kwargs)


def _active_school(schema: str) -> Any:
    from tenants.establishments.models import Establishment, Lifecycle  # noqa: PLC0415 -- apps load later

    with region():
        return Establishment.objects.filter(schema_name=schema, lifecycle=Lifecycle.ACTIVE).first()
