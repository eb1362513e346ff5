from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from core.ui import icons


def draw(source, **context):
    return Template(source).render(Context(context))


def test_icon_is_decorative_without_a_label():
    assert 'aria-hidden="true"' in draw('{% icon "newspaper" %}')


def test_icon_with_a_label_is_an_image():
    assert 'role="img" aria-label="Verrouillé"' in draw('{% icon "lock" label="Verrouillé" %}')


@pytest.mark.parametrize(("name", "symbol"), [("home", "house"), ("no-such-icon", "circle"), ("pin", "pin")])
def test_icon_always_exists_in_the_sprite(name, symbol):
    assert f'#{symbol}"' in draw("{% icon name %}", name=name)


def test_every_alias_leads_to_an_icon():
    assert all(icons.symbol(alias) == name for alias, name in icons.ALIASES.items())


def test_block_tags_keep_html_and_escape_values():
    html = draw('{% alert "care" title=title %}<p>{{ text }}</p>{% endalert %}', title="<x>", text="<y>")
    assert "&lt;x&gt;" in html
    assert "<p>&lt;y&gt;</p>" in html


def test_page_header_holds_its_actions():
    html = draw('{% page_header "Titre" %}<a class="button">Écrire</a>{% endpage_header %}')
    assert "<h1>Titre</h1>" in html
    assert '<div class="actions"><a class="button">Écrire</a></div>' in html


def test_person_chip_escapes_names():
    html = draw("{% person_chip person %}", person=SimpleNamespace(display_name="<b>Ève Noël"))
    assert "<b>" not in html


def test_child_chip_never_says_it_by_colour_alone():
    html = draw("{% child_chip child 8 %}", child=SimpleNamespace(first_name="Léa"))
    assert "c2" in html
    assert ">L</span>Léa" in html


def test_pagination_keeps_the_filters():
    request = RequestFactory().get("/?role=pupil&page=2")
    page = Paginator(range(50), 10).page(2)
    html = draw("{% pagination page 'personne,personnes' %}", page=page, request=request)
    assert "role=pupil&amp;page=3" in html
    assert "50\u00a0personnes" in html


def test_pagination_is_absent_of_an_empty_list():
    assert draw("{% pagination page %}", page=Paginator([], 10).page(1)).strip() == ""
