"""A real browser against a real server and the demo region, in a database of their own."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.request import urlopen

import psycopg
import pytest
from django.conf import settings

from core.demo.cast import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One xdist worker runs them all: they share the server."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if item.config.pluginmanager.hasplugin("xdist"):
                item.add_marker(pytest.mark.xdist_group("e2e"))


@dataclass
class Place:
    """The running demo: `region` is its front door's address; `env` is what its processes were given."""

    port: int
    env: dict[str, str]
    signed_in: dict[tuple[str, str], Any] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)  # the last one each person gave: it works once

    @property
    def region(self) -> str:
        return f"http://localhost:{self.port}"

    def school(self, slug: str) -> str:
        return f"http://{slug}.localhost:{self.port}"

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """A process of the place: `python -m` these words."""
        return subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=self.env)

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "django", *words],
            cwd=ROOT, env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    # While writing tests: a demo that runs already, with this very environment.
    if running := os.environ.get("PREAU_E2E_PORT"):
        yield Place(int(running), dict(os.environ))
        return
    port, live_port = _free_ports(2)
    data = tmp_path_factory.mktemp("place")
    name = f"e2e_preau_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    given = settings.DATABASES["default"]
    with psycopg.connect(host=given["HOST"], user=given["USER"], dbname="postgres", autocommit=True) as maintenance:
        maintenance.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        maintenance.execute(f"CREATE DATABASE {name}")
    env = os.environ | {
        "DATABASE_URL": f"postgresql://{quote(given['USER'])}@/{name}?host={quote(str(given['HOST']))}",
        "PREAU_DATA_DIR": str(data), "PREAU_PORT": str(port), "PREAU_ORIGIN": f"http://localhost:{port}",
        "PREAU_LIVE_PORT": str(live_port), "REDIS_URL": _other_redis(settings.REDIS_URL),
        "PREAU_DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT),
        "EMAIL_URL": f"file://{data}/mail", "PREAU_EXTRA_MODULES": "",
    }  # fmt: skip
    there = Place(port, env)
    there.manage("migrate", "-v0")
    there.manage("collectstatic", "--noinput", "-v0")
    there.manage("seed_demo")
    servers = [
        there.start("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "8",
                    "--log-level", "warning"),
        there.start("uvicorn", "config.asgi:application", "--port", str(live_port), "--lifespan", "off",
                    "--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "1"),
    ]  # fmt: skip
    for one in (port, live_port):
        _wait_until_it_answers(one)
    yield there
    for server in servers:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="package")
def worker(place: Place) -> Iterator[None]:
    """Somebody who does what pages leave to the background; they who need it ask for it."""
    if os.environ.get("PREAU_E2E_PORT"):
        yield
        return
    process = place.start("celery", "-A", "config.celery", "worker", "--pool", "solo", "--loglevel", "WARNING",
                          "--without-mingle", "--without-gossip", "--without-heartbeat")  # fmt: skip
    yield
    process.terminate()
    process.wait(timeout=30)


def _free_ports(number: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _number in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _other_redis(url: str) -> str:
    """Another database of the same Redis: the tests' own queues are read by nobody else's workers."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db=1"
    return urlunsplit(parts._replace(path="/1"))


def _wait_until_it_answers(port: int) -> None:
    until = monotonic() + 60
    while monotonic() < until:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except OSError:
            sleep(0.2)
    pytest.fail("the server does not answer")


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """Debian's chromium. Skipped where there is none, except in CI, which must have it.

    It ends with these tests: while Playwright runs, its event loop keeps Django from the database in this process.
    """
    path = os.environ.get("PREAU_E2E_BROWSER") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        if os.environ.get("CI"):
            pytest.fail("CI must have chromium: apt-get install chromium")
        pytest.skip("pas de navigateur : apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def troubles() -> list[str]:
    """What the browser complained of; a test that expects a complaint takes it out."""
    return []


@pytest.fixture
def new_page(browser: Any, troubles: list[str]) -> Iterator[Callable[..., Any]]:
    """`page = new_page(width=360, dark=True, javascript=False)`.

    Errors of the console, among them what the Content-Security-Policy refused, and files that are not there fail
    the test.
    """
    contexts = []

    def complained(message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            troubles.append(message.text)

    def answered(response: Any) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            troubles.append(f"{response.status} {response.url}")

    def make(*, width: int = 1280, dark: bool = False, javascript: bool = True, state: Any = None) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            storage_state=state,
            has_touch=width < 600,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("response", answered)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", complained)
        return page

    yield make
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def sign_in(place: Place, new_page: Callable[..., Any]) -> Callable[..., Any]:
    """`page = sign_in("samir.belkacem", "lycee-hautes-chaumes")`: through the form the first time, then remembered.

    All tests of this person share the session. One that signs out opens its own, by `through_the_form`.
    """

    def _sign_in(login: str, slug: str = "", *, javascript: bool = True, **look: Any) -> Any:
        known = place.signed_in.get((login, slug))
        if known is None:
            page = new_page(**look)
            through_the_form(page, place, login, slug)
            known = place.signed_in[login, slug] = page.context.storage_state()
            if javascript:
                return page
        page = new_page(javascript=javascript, state=known, **look)
        page.goto(f"{place.school(slug) if slug else place.region}/")
        return page

    return _sign_in


def through_the_form(page: Any, place: Place, login: str, slug: str = "") -> None:
    """Sign in as a person does, with the second factor where it is asked."""
    page.goto(f"{place.school(slug) if slug else place.region}/connexion/")
    page.get_by_label("Identifiant").fill(login)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_load_state()
    for _attempt in range(2):  # a code may end while it is being sent
        if not page.locator("input[name=code]").count():
            break
        page.locator("input[name=code]").fill(_new_code(place, login))
        page.get_by_role("button", name="Continuer").click()
        page.wait_for_load_state()
    assert "/connexion" not in page.url, page.inner_text("main")


def _new_code(place: Place, login: str) -> str:
    """One that this person has not given yet: the next window's where this one's has served."""
    from core.demo.second_factor import code_of  # imports models

    while (code := code_of(login)) == place.codes.get(login):
        sleep(1)
    place.codes[login] = code
    return code
