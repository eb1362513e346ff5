"""axe on every kind of page that links lead to, and what axe cannot see: skipping, focus, order, sizes."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.e2e.pages import kind_of, scrolls_sideways

LYCEE, COLLEGE = "lycee-hautes-chaumes", "college-mirabelliers"
LIMIT = 240  # kinds of pages for one person: more would mean that the crawl runs away
OWN = 12  # of them are tried for each person, because roles change what stands on a page; the others once

# Who crawls, those who see most first.
CRAWLERS = [
    ("claire.vautrin", LYCEE),
    ("sophie.marchal", COLLEGE),
    ("samir.belkacem", LYCEE),
    ("region.admin", ""),
    ("yanis.kremer", LYCEE),
    ("thomas.keller", LYCEE),
    ("", ""),
    ("", LYCEE),
]
tried: set[tuple[bool, str]] = set()

# What is no page: files, exports, and the address that leads to another host.
_NO_PAGE = re.compile(r"\.(csv|xlsx|pdf)$|/export/|/pdf/|/fichiers/|/telecharger/|/static/|/api/")

# Contrast, names, roles, landmarks: everything that axe knows, best practices included.
_RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
    one => one.id + ": " + one.nodes.slice(0, 3).map(node => node.target.join(" ")).join(" | "))"""


def violations(page):
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(_RUN)


def addresses(page):
    """Where the page's links lead on its own host, without query."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    for href in found:
        parts = urlsplit(urljoin(page.url, href))
        if parts.netloc == urlsplit(page.url).netloc and not _NO_PAGE.search(parts.path):
            yield parts.path


def crawl(pages, host, regional):
    """Each kind of page once, alternately on a dark phone and on a light desk; yields (path, page)."""
    waiting, known = ["/"], {"/"}
    for turn in range(LIMIT):
        if not waiting:
            return
        path, page = waiting.pop(0), pages[turn % 2]
        answer = page.goto(host + path)
        assert answer.status < 500, path
        for address in addresses(page):
            kind = kind_of(address)
            if kind not in known and (len(known) < OWN or (regional, kind) not in tried):
                known.add(kind)
                waiting.append(address)
        tried.add((regional, kind_of(path)))
        yield path, page
    assert waiting == [], f"more than {LIMIT} kinds of pages"


@pytest.mark.parametrize(("login", "slug"), CRAWLERS, ids=[f"{who or 'anonymous'}@{at}" for who, at in CRAWLERS])
def test_axe_finds_nothing(sign_in, new_page, place, login, slug):
    state = sign_in(login, slug).context.storage_state() if login else None
    pages = [new_page(state=state, width=360, dark=True), new_page(state=state)]
    found = {}

    for path, page in crawl(pages, place.school(slug) if slug else place.region, not slug):
        if problems := violations(page):
            found[path] = problems

    assert found == {}


@pytest.mark.parametrize("look", [{"width": 360}, {"dark": True}])
def test_axe_finds_nothing_on_a_refused_form(sign_in, place, look):
    page = sign_in("claire.vautrin", LYCEE, **look)
    page.goto(f"{place.school(LYCEE)}/actualites/nouvelle/")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator(".error-summary")).to_be_focused()

    assert violations(page) == []


def test_axe_finds_nothing_on_open_menus(sign_in):
    page = sign_in("sophie.marchal", COLLEGE, dark=True)
    for menu in page.locator("details[data-menu]").locator("visible=true").all():
        menu.locator("summary").click()
        assert violations(page) == []


def test_axe_finds_nothing_on_a_page_that_is_not_there(sign_in, place):
    page = sign_in("yanis.kremer", LYCEE, width=360)
    page.goto(f"{place.school(LYCEE)}/rien-ici/")

    assert violations(page) == []


def test_the_first_stop_skips_to_the_content(sign_in):
    page = sign_in("yanis.kremer", LYCEE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


_STOPS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0).length"""
_OUTLINE = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none";
}"""


@pytest.mark.parametrize(("login", "slug"), [("sophie.marchal", COLLEGE), ("claire.vautrin", LYCEE)])
def test_tab_reaches_everything_once_and_shows_where_it_is(sign_in, login, slug):
    page = sign_in(login, slug)
    stops = page.evaluate(_STOPS)
    page.evaluate("window.passed = new Set()")
    for _ in range(stops):
        page.keyboard.press("Tab")
        assert page.evaluate(_OUTLINE), page.evaluate("document.activeElement.outerHTML")
        page.evaluate("passed.add(document.activeElement)")

    assert page.evaluate("passed.size") == stops
    assert page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0


@pytest.mark.parametrize(
    ("login", "slug", "path"),
    [
        ("sophie.marchal", COLLEGE, "/"),
        ("claire.vautrin", LYCEE, "/actualites/"),
        ("samir.belkacem", LYCEE, "/reglages/"),
        ("region.admin", "", "/console/"),
    ],
)
def test_what_a_finger_touches_is_large_enough(sign_in, place, login, slug, path):
    page = sign_in(login, slug, width=360)
    page.goto((place.school(slug) if slug else place.region) + path)
    small = page.eval_on_selector_all(
        "nav a, .topline a, summary, button, .button, select, input:not([type=hidden])",
        """all => all.filter(one => one.checkVisibility({ visibilityProperty: true })).map(one => {
            const box = (one.closest("label") || one).getBoundingClientRect();
            return [box.width, box.height, one.outerHTML.slice(0, 120)];
        }).filter(([width, height]) => width < 43.5 || height < 43.5)""",
    )

    assert small == []


@pytest.mark.parametrize("path", ["/", "/actualites/nouvelle/", "/annuaire/"])
def test_twice_the_size_of_text_still_fits(sign_in, place, path):
    page = sign_in("thomas.keller", LYCEE, width=640)  # 1280 pixels at 200 %
    page.goto(place.school(LYCEE) + path)

    assert not scrolls_sideways(page)
