"""Paper: PDF with our fonts, nothing fetched; QR codes as one path."""

import re
import zlib
from contextlib import suppress

import pytest
import qrcode
from PIL import ImageFile

from core.ui import printing

needs_pango = pytest.mark.skipif(not printing.available(), reason="Pango is not installed: no PDF here")


@needs_pango
def test_a_page_becomes_a_pdf_with_our_font():
    made = printing.pdf(f'<style>{printing.fonts()} body {{ font-family: "Préau" }}</style><p>Éloïse</p>')
    assert made.startswith(b"%PDF")
    assert b"FontFile" in b"".join(_streams(made))


def _streams(document):
    for held in re.findall(rb"stream\n(.*?)endstream", document, re.DOTALL):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(held)


@needs_pango
@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1/x.png", "preau:../../../etc/passwd"])
def test_nothing_is_fetched(address, caplog):
    assert printing.pdf(f'<img src="{address}"><p>Texte</p>').startswith(b"%PDF")
    assert "Failed to load" in caplog.text or "weasyprint" not in caplog.text


def test_a_qr_code_is_one_path_of_its_dark_squares():
    drawing = printing.qr_svg("http://lycee-a.localhost/activer/?code=ABCD-EFGH-JKMN")
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    code.add_data("http://lycee-a.localhost/activer/?code=ABCD-EFGH-JKMN")
    dark = sum(sum(row) for row in code.get_matrix())
    assert sum(int(width) for width in re.findall(r"h(\d+)v1", drawing)) == dark
    assert drawing.count("<path") == 1


def test_printing_leaves_cut_off_images_refused():
    printing.available()
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
