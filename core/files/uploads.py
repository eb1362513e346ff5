"""Uploads of any page: a bound on the whole request, before it is written to a temporary folder."""

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.datastructures import MultiValueDict


class BoundedBody(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS. Django bounds the fields of a form but not its files.

    Refuses a body above `settings.MAX_UPLOAD_MB` from its declared length, which the server enforces.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[Any, MultiValueDict[str, Any]] | None:
        if content_length > settings.MAX_UPLOAD_MB * 1024 * 1024:
            raise RequestDataTooBig("the uploaded files are too large")
        return None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
