"""Reading and comparing the permission tables: who gets through, by route and method.

A line is `route GET=letters POST=letters`, with `PATCH` and `DELETE` for what programs ask; whoever is not named is
sent to sign in, holds no token that opens it (401, 403), or finds nothing (404).
`-` stands for nobody: the method is not offered, or there is nothing to do with an empty form.
"""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from core.modules.routes import Route, routes
from tenants.api.operations import operations_of

HERE = Path(__file__).parent
METHODS = ("GET", "POST")
MORE_METHODS = ("PATCH", "DELETE")
# What a route's parameter names, where the route's name does not say it.
SCHOOL_OBJECTS = {
    "people:guardian": "link", "people:guardian_end": "link", "people:link_restore": "link",
    "people:class_faces": "class", "people:class_faces_pdf": "class", "people:group_faces": "group",
    "people:group_faces_pdf": "group",
    "structure:class_membership_end": "class_membership", "structure:group_membership_end": "group_membership",
    "structure:substitution_end": "substitution", "structure:year_current": "year", "structure:period_create": "year",
    "structure:closure_create": "year",
    "notifications:choose_for_child": "pupil",
    "notifications:unsubscribe": "unsubscribe", "notifications:device_remove": "device",
    "notifications:retry_address": "trouble", "notifications:retry_event": "event",
    "api:alert": "alert",
    "modules:undo": "change", "news:detail": "published", "news:confirm": "published", "news:edit": "published",
    "news:check": "draft", "news:send_back": "submitted", "news:recall": "submitted", "news:withdraw": "published",
    "news:restore": "withdrawn", "news:reopen": "withdrawn", "news:discard": "draft", "news:recover": "discarded",
    "news:report": "published", "news:report_export": "published",
    "messaging:thread": "conversation", "messaging:paper": "conversation",
    "messaging:folder": "message_folder", "messaging:folder_change": "message_folder",
    "messaging:label": "message_label", "messaging:label_change": "message_label",
    "messaging:moderation_approve": "moderated", "messaging:moderation_send_back": "moderated",
    "messaging:suspension_end": "mail_suspension", "messaging:suspension_resume": "mail_suspension",
    "messaging:purge": "pupil", "messaging:purge_undo": "purge", "messaging:block": "pupil",
    "messaging:unblock": "pupil", "messaging:template_edit": "message_template",
    "messaging:template_remove": "message_template",
    "api:messaging:conversation": "conversation", "api:messaging:read": "conversation",
    "api:messaging:reply": "message",
    "liaison:note": "note", "liaison:answer": "copy", "liaison:acknowledge": "copy", "liaison:paper": "copy",
    "liaison:paper_remove": "copy", "liaison:record": "copy", "liaison:edit": "note_draft",
    "liaison:check": "note_draft", "liaison:unschedule": "note_scheduled", "liaison:reopen": "note_closed",
    "liaison:restore": "note_withdrawn", "liaison:discard": "note_draft", "liaison:recover": "note_discarded",
    "api:liaison:note": "note", "api:liaison:audience": "note_draft", "api:liaison:publish": "note_draft",
    "api:liaison:withdraw": "note", "api:liaison:remind": "note",
    "api:liaison:answer": "copy", "api:liaison:acknowledge": "copy", "api:liaison:word": "word",
    "api:liaison:treat": "word",
    "api:person": "pupil", "api:class": "class", "api:group": "group", "api:token_revoke": "token",
    "api:news:article": "published", "api:news:audience": "published", "api:news:submit": "draft",
    "api:news:publish": "submitted", "api:news:withdraw": "published", "regional_api:token_revoke": "token",
}  # fmt: skip
PREFIXES = [
    ("messaging:", "message"),
    ("people:", "pupil"), ("structure:class", "class"), ("structure:group", "group"),
    ("structure:service", "service"), ("structure:substitution", "service"), ("structure:year", "year"),
    ("structure:period", "period"), ("structure:closure", "closure"),
    ("structure:subject", "subject"), ("structure:room", "room"),
    ("imports:merge", "pupil"), ("imports:unmerge", "merge"), ("imports:decide", "pairing"), ("imports:", "import_run"),
    ("regional_imports:remove_route", "route"), ("regional_imports:", "regional_import"),
    ("activation:letters", "letters"), ("activation:code", "pupil"),
    ("notifications:", "notification"),
    ("privacy:archive", "archive"), ("privacy:request", "erasure"), ("privacy:person", "pupil"),
    ("privacy:notice", "notice"),
    ("news:section", "section"), ("news:contributor", "section"), ("files:", "file"), ("portal:import", "import"),
    ("portal:upgrade", "upgrade"),
    ("alerts:", "alert"), ("regional_alerts:", "regional_alert"),
    ("liaison:word", "word"), ("liaison:", "note"),
    ("jobs:", "run"), ("regional_work:retry_failure", "failure"), ("regional_work:", "work"),
    ("api:", "webhook"),
    ("suspensions:", "suspension"), ("policies:undo", "policy_change"), ("policies:", "policy"),
    ("account_end_session", "session"), ("account_separate", "reunion"),
    ("mfa_", "session"),
]  # fmt: skip
FIXED = {"slug": "news", "kind": "news.published", "module": "news", "widget": "latest", "digits": "1f5f5b",
         "code": "067", "to": "suspended", "extension": "csv", "key": "none", "uidb36": "1",
         "nature": "signature", "paper": 1,
         "shelf": "dossiers"}  # fmt: skip


def address(route: Route, world: SimpleNamespace) -> str:
    """The route's address, with an object of the world for each parameter."""
    kwargs = {parameter: _value(route.name, parameter, world) for parameter in route.parameters}
    return reverse(route.name, kwargs=kwargs, urlconf=world.urlconf)


def _value(name: str, parameter: str, world: SimpleNamespace) -> Any:
    if parameter == "uai":
        return world.objects.get(f"{name} uai", world.objects["uai"])
    if parameter == "delivery":
        return world.objects["delivery"]
    if parameter == "row" and name.startswith("alerts:"):
        return world.objects["missing"]
    if parameter == "line":
        return world.objects["contributor"]
    if parameter == "key" and name.startswith("messaging:"):
        return world.objects["writing"]
    if parameter == "key" and name == "account_reset_password_from_key":
        return "aaa-bbb"
    if name == "messaging:rules_preset":
        return "college"
    if name == "imports:template" and parameter == "slug":
        return "eleves"
    if parameter in FIXED:
        return FIXED[parameter]
    key = SCHOOL_OBJECTS.get(name) or next(key for prefix, key in PREFIXES if name.startswith(prefix))
    return world.objects[key]


def who_gets_through(route: Route, world: SimpleNamespace) -> dict[str, str]:
    """Method to the letters of those who get through. Each request is undone before the next.

    What is guarded by a token is asked for by programs, and by two more methods.
    """
    url, offered = address(route, world), operations_of(route.view)
    if not offered:
        return {method: _letters(world.clients, method, url, None) for method in METHODS}
    few = dict(list(world.programs.items())[-1:])  # what is not offered is offered to nobody
    return {
        method: _letters(world.programs if method in offered else few, method, url, world.for_programs)
        for method in (*METHODS, *MORE_METHODS)
    }


def _letters(visitors: dict[str, Client], method: str, url: str, prepare: Callable[[], None] | None) -> str:
    return "".join(who for who, client in visitors.items() if _passes(client, method, url, prepare)) or "-"


def _passes(client: Client, method: str, url: str, prepare: Callable[[], None] | None) -> bool:
    cookies = client.cookies.copy()
    with transaction.atomic():
        if prepare is not None:
            prepare()
        response = client.generic(method, url)
        transaction.set_rollback(True)
    client.cookies = cookies
    return is_through(response)


def is_through(response: HttpResponseBase) -> bool:
    """Whether the view did its work, or said what it needs; not when it hid, forbade or asked to sign in."""
    if response.status_code in {301, 302, 303}:
        path, _, query = response["Location"].partition("?")
        return not (path.endswith("/connexion/") and "next=" in query)
    assert response.status_code < 500, response
    return response.status_code not in {401, 403, 404, 405, 429}


def table(name: str) -> dict[str, dict[str, str]]:
    """The table kept beside this file: route to method to letters."""
    lines = (HERE / f"matrix_{name}.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {row[0]: dict(cell.split("=") for cell in row[1:]) for row in rows}


def areas(side: str) -> list[str]:
    """The parts of a table that are tried together: a namespace, or the accounts' routes without one."""
    return sorted({_area(name) for name in table(side)})


def names_in(side: str, area: str) -> list[str]:
    return [name for name in table(side) if _area(name) == area]


def _area(name: str) -> str:
    namespace, colon, _rest = name.partition(":")
    return namespace if colon else "accounts"


def route_named(urlconf: str, name: str) -> Route:
    return next(route for route in routes(urlconf) if route.name == name)
