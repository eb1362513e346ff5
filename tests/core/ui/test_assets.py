from pathlib import Path

import pytest

from core.ui import assets


@pytest.fixture
def data_dir(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    return tmp_path


def test_minify_drops_comments_and_blanks():
    assert assets.minify("a { /* why */ color : red ;  margin: 0 ; }\n\n b{}") == "a{color : red;margin:0}b{}"


def test_minify_keeps_strings_and_descendant_selectors():
    assert assets.minify('a :hover > b::before { content: " /* no */  " ; }') == (
        'a :hover > b::before{content:" /* no */  "}'
    )


def test_minify_keeps_the_spaces_of_calc():
    assert assets.minify("a { width: calc(1rem + 2px) }") == "a{width:calc(1rem + 2px)}"


def test_bundle_begins_with_the_order_of_layers():
    assert assets.build().startswith("@layer reset,tokens,base,layout,components,utilities;@layer reset{")


def test_bundle_has_as_many_closing_as_opening_braces():
    css = assets.build()
    assert css.count("{") == css.count("}")


def test_finder_finds_only_the_bundle(data_dir):
    found = assets.BundleFinder().find("ui/preau.css")
    assert Path(found).read_text().startswith("@layer")
    assert assets.BundleFinder().find("ui/other.css") == []


def test_finder_lists_the_bundle_for_collectstatic(data_dir):
    [(path, storage)] = list(assets.BundleFinder().list(None))
    assert storage.exists(path)


def test_bundle_is_rebuilt_when_a_source_changes(data_dir, monkeypatch):
    source = data_dir / "a.css"
    source.write_text(".x { color: red }")
    monkeypatch.setattr(assets, "sources", lambda: [source])
    assets.ensure_bundle()
    source.write_text(".x { color: blue }")
    assert "blue" in (assets.ensure_bundle() / assets.BUNDLE).read_text()


def test_what_names_no_layer_goes_among_the_components(data_dir, monkeypatch):
    source = data_dir / "a.css"
    source.write_text(".x { color: red }")
    monkeypatch.setattr(assets, "sources", lambda: [source])
    assert assets.build() == f"{assets.LAYERS}@layer components{{.x{{color:red}}}}"


def test_no_partial_file_is_left_beside_the_bundle(data_dir):
    folder = assets.ensure_bundle()
    assert [path.name for path in (folder / "ui").iterdir()] == ["preau.css"]


def test_bundle_keeps_to_its_budget():
    brotli = pytest.importorskip("brotli")
    assert len(brotli.compress(assets.build().encode())) <= 14_000
