"""Images are made anew."""

import io

import pytest
from PIL import Image

from core.errors import DomainError
from core.files import images, types
from tests.core.files.samples import image, png_that_claims


def remade(content: bytes, found: types.FileType) -> images.Remade:
    return images.remake(io.BytesIO(content), found)


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Telephone de Camille"
    exif.get_ifd(0x8825)[2] = (48.0, 35.0, 0.0)  # where it was taken
    return image("JPEG", (300, 200), exif=exif, comment=b"secret")


def test_remake_drops_what_the_camera_wrote():
    kept = remade(with_exif(), types.JPEG).content.read()
    assert b"Camille" not in kept
    assert b"secret" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_remake_turns_the_picture_upright():
    made = remade(with_exif(), types.JPEG)
    assert (made.width, made.height) == (200, 300)


def test_remake_reduces_the_long_side():
    made = remade(image("JPEG", (5000, 1000)), types.JPEG)
    assert (made.width, made.height) == (2400, 480)


def test_remake_makes_a_small_one_for_lists():
    small = Image.open(remade(image("PNG", (1000, 500)), types.PNG).thumbnail)
    assert (small.format, small.size) == ("WEBP", (480, 240))


def test_remake_keeps_small_images_small():
    assert remade(image("PNG", (60, 40)), types.PNG).width == 60


@pytest.mark.parametrize(
    ("format", "mode", "found", "kept"),
    [
        ("JPEG", "CMYK", types.JPEG, "JPEG"),
        ("JPEG", "L", types.JPEG, "JPEG"),
        ("PNG", "RGBA", types.PNG, "PNG"),
        ("PNG", "P", types.PNG, "PNG"),
        ("PNG", "1", types.PNG, "PNG"),
        ("PNG", "LA", types.PNG, "PNG"),
        ("PNG", "I;16", types.PNG, "PNG"),
        ("WEBP", "RGBA", types.WEBP, "WEBP"),
        ("GIF", "P", types.GIF, "PNG"),
    ],
)
def test_remake_handles_every_mode(format, mode, found, kept):
    assert Image.open(remade(image(format, mode=mode), found).content).format == kept


def test_remake_keeps_transparency():
    made = remade(image("PNG", mode="RGBA", colour=(10, 20, 30, 0)), types.PNG)
    assert Image.open(made.content).getpixel((0, 0))[3] == 0


def test_remake_keeps_the_light_of_sixteen_bit_greys():
    source = io.BytesIO()
    Image.new("I;16", (4, 4), 32768).save(source, "PNG")
    assert abs(Image.open(remade(source.getvalue(), types.PNG).content).getpixel((0, 0)) - 128) <= 1


@pytest.mark.parametrize(("mode", "kept"), [("RGB", "JPEG"), ("RGBA", "WEBP")])
def test_remake_makes_a_heavy_png_light(mode, kept):
    source = io.BytesIO()
    Image.effect_noise((1200, 1200), 80).convert(mode).save(source, "PNG", compress_level=1)
    made = remade(source.getvalue(), types.PNG)
    assert Image.open(made.content).format == made.kept.pillow == kept


def test_remake_strips_a_script_behind_a_gif():
    polyglot = image("GIF").replace(b"GIF87a", b"GIF89a") + b"=1;alert(1)//<script>alert(1)</script>"
    kept = remade(polyglot, types.GIF).content.read()
    assert b"alert" not in kept
    assert kept.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "content", [image("JPEG", (400, 400))[:-600], b"GIF89a=1;alert(1)", b"\xff\xd8\xff\xe0\0\x10JFIF"]
)
def test_remake_refuses_broken_images(content):
    found = types.GIF if content.startswith(b"GIF") else types.JPEG
    with pytest.raises(DomainError) as refused:
        remade(content, found)
    assert refused.value.code == "file-damaged"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [4_001, 12_000, 30_000])
def test_remake_refuses_a_pixel_bomb_from_its_header(side):
    with pytest.raises(DomainError) as refused:
        remade(png_that_claims(side, side), types.PNG)
    assert refused.value.code == "image-too-large"
