"""Every template of the design system compiles, and the partials draw what their comment says."""

from pathlib import Path

import pytest
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string

from core import ui

ROOT = Path(ui.__file__).parent / "templates"
NAMES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html"))


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles(name):
    engines["django"].get_template(name)


def test_table_labels_its_cells_for_phones():
    html = render_to_string(
        "ui/table.html", {"columns": ["Nom", "Classe"], "rows": [{"cells": ["Léa", "6e B"]}]}
    )
    assert '<td role="cell" data-label="Classe">6e B</td>' in html
    assert '<th scope="row" role="rowheader">Léa</th>' in html


def test_progress_asks_again_only_while_it_runs():
    running = {"value": 3, "maximum": 10, "text": "Préparation", "poll_url": "/suite"}
    assert 'hx-get="/suite"' in render_to_string("ui/progress.html", running)
    assert "hx-get" not in render_to_string("ui/progress.html", running | {"poll_url": ""})


def test_audience_counts_and_warns():
    html = render_to_string("ui/audience_count.html", {"count": 54, "warnings": ["Deux classes vides."]})
    assert "54" in html
    assert "Deux classes vides." in html


def test_audience_of_nobody_is_said():
    assert '<span class="value">0</span>' in render_to_string("ui/audience_count.html", {"count": 0})


def test_timeline_shows_each_state():
    html = render_to_string(
        "ui/timeline.html", {"entries": [{"title": "Fait", "state": "done"}, {"title": "Puis"}]}
    )
    assert '<li class="done">' in html


def test_tabs_mark_the_current_one():
    tabs = [{"label": "A", "url": "/a", "current": True, "count": 0}, {"label": "B", "url": "/b"}]
    html = render_to_string("ui/tabs.html", {"tabs": tabs, "label": "États"})
    assert '<a href="/a" aria-current="page">A <span class="count">0</span></a>' in html


def test_a_toast_offers_to_undo_by_a_form():
    html = render_to_string("ui/toast.html", {"text": "Publié.", "undo": "/annuler/"})
    assert '<form method="post" action="/annuler/">' in html


def test_pagination_of_one_page_has_no_buttons():
    html = render_to_string("ui/pagination.html", {"page": Paginator([1], 5).page(1), "query": {}})
    assert "button" not in html
