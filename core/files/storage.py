"""Where the bytes of a school lie: MEDIA_ROOT/<schema>/…, and nowhere else."""

import os
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from tenants.schemas.context import OutsideSchool, current_schema
from tenants.schemas.names import is_school_schema


@deconstructible(path="core.files.storage.SchoolFileStorage")
class SchoolFileStorage(FileSystemStorage):
    """Names are relative to the school's folder, so that a school's files move with its schema.

    Raises OutsideSchool in the regional context. `pinned()` keeps the present school, for what runs after the
    request has left it (the end of a transaction, a response that is being streamed).
    """

    def __init__(self, *, schema: str = "", **options: Any) -> None:
        super().__init__(**options)
        if schema and not is_school_schema(schema):
            raise OutsideSchool
        self._schema = schema

    def pinned(self) -> "SchoolFileStorage":
        """The same storage, bound to the school that the connection stands in now."""
        return SchoolFileStorage(schema=self._school())

    def _school(self) -> str:
        schema = self._schema or current_schema()
        if not is_school_schema(schema):
            raise OutsideSchool
        return schema

    # The parent caches its folder for the life of the process; ours follows the school. The parent's `path()`
    # joins a name to it and refuses whatever would lead out.
    @property
    def location(self) -> str:
        return os.path.join(os.path.abspath(self.base_location), self._school())

    def url(self, name: str | None) -> str:
        """There is none: files are served by a view that asks who is looking."""
        raise ValueError("a school's file has no address of its own; link to files:serve")
