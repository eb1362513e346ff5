"""What the browser tests ask of any page."""

import re
from typing import Any

# The tallest part of a page's address that names a thing and not a kind of page.
_NAMES = re.compile(r"\d{7}[A-Za-z]|\d[\dA-B]*")


def scrolls_sideways(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def kind_of(path: str) -> str:
    """`/actualites/12/` → `/actualites/*/`: pages that the same template draws."""
    return _NAMES.sub("*", path)


def send(page: Any, button: str, *, within: str = "main") -> None:
    """Press a button that sends a form, and wait for the page that answers."""
    with page.expect_navigation():
        page.locator(within).get_by_role("button", name=button).first.click()
