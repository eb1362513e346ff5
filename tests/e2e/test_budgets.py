"""How heavy the main pages are, measured on the wire by the browser, and whether they keep still and narrow."""

import sys

import pytest

from tests.e2e.pages import scrolls_sideways

LYCEE, COLLEGE = "lycee-hautes-chaumes", "college-mirabelliers"

# First page and following pages, in bytes on the wire, and requests of the first (architecture.md §8).
FIRST, FOLLOWING, REQUESTS = 100_000, 30_000, 15

# login, school, the page one arrives on, the pages that follow
ROUNDS = [
    ("", "", "/", ["/?q=rivenbourg", "/departements/067/", "/connexion/", "/mot-de-passe/oubli/"]),
    ("yanis.kremer", LYCEE, "/", ["/actualites/", "/actualites/4/", "/annuaire/", "/annuaire/moi/"]),
    (
        "sophie.marchal", COLLEGE, "/",
        [
            "/actualites/", "/actualites/9/", "/messagerie/", "/messagerie/clavier/", "/annuaire/",
            "/annuaire/moi/preferences/", "/accueil/presentation/",
        ],
    ),
    (
        "thomas.keller", LYCEE, "/actualites/",
        ["/", "/actualites/nouvelle/", "/messagerie/ecrire/", "/structure/", "/structure/classes/1/"],
    ),
    (
        "claire.vautrin", LYCEE, "/",
        ["/actualites/a-valider/", "/actualites/10/lectures/", "/annuaire/", "/annuaire/nouveau/", "/journal/"],
    ),
    (
        "samir.belkacem", LYCEE, "/reglages/",
        ["/reglages/modules/news/", "/reglages/modules/news/acces/", "/reglages/modules/news/notifications/"],
    ),
    (
        "region.admin", "", "/console/",
        ["/console/etablissements/", "/console/politiques/", "/console/politiques/news/nouvelle/", "/compte/"],
    ),
]  # fmt: skip
NAMES = [row[0] or "anonymous" for row in ROUNDS]

_SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(one => shifts.push(one.value)))
    .observe({ type: "layout-shift", buffered: true });
"""


class Wire:
    """Counts what the page fetches. `measure` gives bytes, requests and the sum of layout shifts."""

    def __init__(self, page):
        self.page = page
        page.add_init_script(_SHIFTS)
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: self.sizes.append(event["encodedDataLength"]))
        self.sizes = []

    def measure(self, address):
        self.sizes.clear()
        answer = self.page.goto(address)
        assert answer.status == 200, address
        self.page.wait_for_load_state("networkidle")
        fetched = [size for size in self.sizes if size]  # what the cache gave weighs nothing
        return int(sum(fetched)), len(fetched), self.page.evaluate("shifts.reduce((sum, one) => sum + one, 0)")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """The figures of all rounds, written for whoever wants to read them."""
    lines = []
    yield lines
    path = tmp_path_factory.mktemp("budgets") / "figures.txt"
    path.write_text("\n".join(lines))
    sys.stdout.write(f"\n{path}\n" + path.read_text() + "\n")


@pytest.fixture
def arrive(sign_in, new_page, place):
    """A page with an empty cache, signed in."""

    def _arrive(login, slug, **look):
        state = sign_in(login, slug).context.storage_state() if login else None
        return new_page(state=state, **look), place.school(slug) if slug else place.region

    return _arrive


@pytest.mark.parametrize(("login", "slug", "first", "following"), ROUNDS, ids=NAMES)
def test_pages_are_light_and_keep_still(arrive, table, login, slug, first, following):
    page, host = arrive(login, slug, width=360)
    wire, over = Wire(page), []

    for path in (first, *following):
        size, requests, shift = wire.measure(host + path)
        line = f"{login or 'anonymous':16} {path:42} {size / 1000:6.1f} kB {requests:3} requests  shift {shift:.3f}"
        table.append(line)
        light = size <= FIRST and requests <= REQUESTS if path == first else size <= FOLLOWING
        if not light or shift >= 0.01:
            over.append(line)

    assert over == []


@pytest.mark.parametrize(("login", "slug", "first", "following"), ROUNDS, ids=NAMES)
def test_pages_fit_320_pixels(arrive, login, slug, first, following):
    page, host = arrive(login, slug, width=320)
    wide = []
    for path in (first, *following):
        page.goto(host + path)
        wide += [path] if scrolls_sideways(page) else []

    assert wide == []
