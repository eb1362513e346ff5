"""Looking for malware, where the place has a scanner. Préau brings none."""

from typing import IO

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from core.files import refusals

logger = structlog.get_logger(__name__)


def scan(file: IO[bytes]) -> None:
    """Raises Refused when the scanner finds something; does nothing where none is configured.

    `settings.FILE_SCANNER` is the path of `scan(file) -> str`: the name of what it found, or "". What it
    raises stops the upload: a file that could not be looked at is not kept.
    """
    path = getattr(settings, "FILE_SCANNER", "")
    if not path:
        return
    file.seek(0)
    threat = import_string(path)(file)
    file.seek(0)
    if threat:
        logger.warning("upload refused by the scanner", threat=str(threat))
        raise refusals.unsafe()
