"""The types that are taken, and nothing else. What a file is, is decided by its content."""

from dataclasses import dataclass

from core.files.models import Kind


@dataclass(frozen=True)
class FileType:
    """`extensions` are those that a name may bear; the first one is given to any other name."""

    content_type: str
    extensions: tuple[str, ...]
    pillow: str = ""  # the name of the format in Pillow, for images


JPEG = FileType("image/jpeg", ("jpg", "jpeg"), "JPEG")
PNG = FileType("image/png", ("png",), "PNG")
WEBP = FileType("image/webp", ("webp",), "WEBP")
GIF = FileType("image/gif", ("gif",), "GIF")
PDF = FileType("application/pdf", ("pdf",))
ODT = FileType("application/vnd.oasis.opendocument.text", ("odt",))
ODS = FileType("application/vnd.oasis.opendocument.spreadsheet", ("ods",))
ODP = FileType("application/vnd.oasis.opendocument.presentation", ("odp",))
DOCX = FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",))
XLSX = FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
PPTX = FileType("application/vnd.openxmlformats-officedocument.presentationml.presentation", ("pptx",))
TEXT = FileType("text/plain", ("txt",))
CSV = FileType("text/csv", ("csv",))
MP3 = FileType("audio/mpeg", ("mp3",))
M4A = FileType("audio/mp4", ("m4a",))
OGG = FileType("audio/ogg", ("ogg", "oga", "opus"))
MP4 = FileType("video/mp4", ("mp4",))
WEBM = FileType("video/webm", ("webm",))

IMAGES = (JPEG, PNG, WEBP, GIF)
ODF = {kind.content_type: kind for kind in (ODT, ODS, ODP)}
OOXML = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
# Recognised by their first bytes alone.
SIGNED = {kind.content_type: kind for kind in (*IMAGES, PDF, MP3, M4A, OGG, MP4, WEBM)} | {"image/apng": PNG}

TAKEN: dict[str, tuple[FileType, ...]] = {
    Kind.IMAGE: IMAGES,
    Kind.DOCUMENT: (*IMAGES, PDF, *ODF.values(), *OOXML.values(), TEXT, CSV, MP3, M4A, OGG, MP4, WEBM),
}


def accept(kind: str) -> str:
    """The `accept` attribute of a file field; phones then convert their own formats by themselves."""
    return ",".join(f".{extension}" for known in TAKEN[kind] for extension in known.extensions)
