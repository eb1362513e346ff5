"""Images are made anew from their pixels: what else a file carries (place, camera, code) does not survive."""

import io
import struct
import tempfile
import zlib
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageCms, ImageOps

from core.files import refusals
from core.files.types import GIF, JPEG, PNG, WEBP, FileType

LONG_SIDE = 2400
THUMBNAIL_SIDE = 480
THUMBNAIL_TYPE = WEBP
HEAVY_PNG = 1024 * 1024  # bytes
# Millions of pixels. A baseline JPEG is decoded at half size or less; the others are unpacked whole.
MAX_BASELINE, MAX_PROGRESSIVE, MAX_OTHER = 64, 40, 16
_SPOOL = 2 * 1024 * 1024
# What Pillow lets through from a broken file, besides its own errors
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Remade:
    """The image as it is kept, and a small one for lists. Both are files open at their beginning."""

    kept: FileType
    content: IO[bytes]
    thumbnail: IO[bytes]
    width: int
    height: int


def remake(file: IO[bytes], found: FileType) -> Remade:
    """Decode, turn upright, reduce to 2,400 pixels and encode again. Raises Refused.

    JPEG and WebP stay what they are; PNG and the first picture of a GIF become PNG, or when that is heavy (a
    photograph) JPEG, or WebP where it is transparent. Colours become sRGB.
    """
    pixels = _decode(file, found)
    kept = PNG if found is GIF else found
    content = _encode(pixels, kept)
    if kept is PNG and content.seek(0, 2) > HEAVY_PNG:
        content.close()
        kept = WEBP if pixels.mode == "RGBA" else JPEG
        content = _encode(pixels, kept)
    content.seek(0)
    width, height = pixels.size
    pixels.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BICUBIC)
    return Remade(kept, content, _encode(pixels, THUMBNAIL_TYPE), width, height)


def _decode(file: IO[bytes], found: FileType) -> Image.Image:
    """Pixels alone, in RGB, RGBA or grey."""
    file.seek(0)
    try:
        with Image.open(file, formats=[found.pillow]) as opened:
            _check_pixels(opened, found)
            if found is JPEG:
                opened.draft("RGB", (LONG_SIDE, LONG_SIDE))
            return _bare(opened)
    except Image.DecompressionBombError as error:
        raise refusals.too_many_pixels(MAX_OTHER) from error
    except _BROKEN as error:
        raise refusals.damaged() from error


def _check_pixels(opened: Image.Image, found: FileType) -> None:
    """From the header alone, before anything is unpacked."""
    limit = MAX_OTHER
    if found is JPEG:
        limit = MAX_PROGRESSIVE if opened.info.get("progressive") else MAX_BASELINE
    if opened.width * opened.height > limit * 1_000_000:
        raise refusals.too_many_pixels(limit)


def _bare(opened: Image.Image) -> Image.Image:
    """The picture, reduced and upright, copied onto a new canvas that knows nothing of the old file."""
    profile = opened.info.get("icc_profile")
    # A palette cannot be reduced well; the others stay as they are, to hold them in memory only once.
    picture = opened.convert(_mode(opened)) if opened.mode in {"P", "PA", "1"} else opened
    if picture.mode.startswith("I;16"):  # Pillow would cut sixteen bits off at 255 instead of scaling them
        picture = picture.point(lambda value: value / 256).convert("L")
    picture.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    upright = ImageOps.exif_transpose(picture)
    shown = _in_srgb(upright.convert(_mode(upright)), profile)
    canvas = Image.new(shown.mode, shown.size)
    canvas.paste(shown)
    return canvas


def _mode(image: Image.Image) -> str:
    if image.mode in {"L", "RGB", "RGBA"} and "transparency" not in image.info:
        return image.mode
    if image.has_transparency_data:
        return "RGBA"
    return "L" if image.mode in {"1", "I", "I;16", "F"} else "RGB"


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Phones photograph in wider colours; without their profile these would look dull."""
    if not profile or image.mode == "L":
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # a profile for other channels, or a broken one: the pixels are still good
    return turned or image


def _encode(pixels: Image.Image, kept: FileType) -> IO[bytes]:
    options: dict[str, object] = {} if kept is PNG else {"quality": 85}
    if kept is JPEG:
        options |= {"optimize": True, "progressive": True}
        pixels = pixels if pixels.mode in {"L", "RGB"} else pixels.convert("RGB")
    out = tempfile.SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 -- the caller closes it
    pixels.save(out, kept.pillow, **options)
    out.seek(0)
    return out
