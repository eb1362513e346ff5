"""What scripts/bench messaging measures with: mail in bulk, browsers of many people, and the web server."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from scripts.support import paths
from scripts.support.bench import crowd
from scripts.support.bench.cluster import Cluster

PIECE = 5000
ADDRESS = "127.0.0.1"
_COLUMNS = "person_id, line, children, place, folder_id, latest, unread, hidden, from_staff, at"


@dataclass(frozen=True)
class Answer:
    path: str
    status: int
    milliseconds: float


# --- Sending ------------------------------------------------------------------------------------------------
def copy_plainly(message: Any) -> float:
    """The rows of a message once more, under another one, by the plainest statement: its seconds with the commit."""
    from django.db import connection, transaction

    from modules.messaging.models import Conversation, Message

    conversation = Conversation.objects.create(subject="À côté")
    other = Message.objects.create(conversation=conversation, sender_name="Banc", body=message.body)
    begun = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO messaging_copy (message_id, conversation_id, {_COLUMNS})"
            f" SELECT %s, %s, {_COLUMNS} FROM messaging_copy WHERE message_id = %s",
            [other.pk, conversation.pk, message.pk],
        )
    return time.perf_counter() - begun


# --- Boxes --------------------------------------------------------------------------------------------------
def two_boxes(server: Cluster, school: Any, few: int, many: int) -> tuple[Any, Any]:
    """Two teachers with accounts and so many conversations in their inbox, a tenth of them unread."""
    from core.people.models import Person
    from tenants.schemas.context import school as inside

    with inside(school):
        writer, small, large = Person.objects.filter(roles__contains=["teacher"]).order_by("pk")[:3]
        _fill(small, writer, few)
        settled(server)
        for _piece in range(many // PIECE):
            _fill(large, writer, PIECE)
            settled(server)
    for person in (small, large):
        crowd._account(school, person)
    return small, large


def settled(server: Cluster) -> None:
    """What autovacuum does within minutes. Foreign keys are checked by plans that were made for tables as they were."""
    with server.admin() as admin:
        admin.execute("VACUUM ANALYZE")


def _fill(person: Any, writer: Any, count: int) -> None:
    from django.db import connection

    given = {"count": count, "writer": writer.pk, "name": writer.full_name, "person": person.pk}
    with connection.cursor() as cursor:
        cursor.execute(_MAIL, given)


# Conversations of one message each, a minute apart, the newest now.
_MAIL = """
    WITH c AS (
        INSERT INTO messaging_conversation (subject, replies, starter_id, started_at)
        SELECT 'Sujet ' || n, 'all', %(writer)s, now() - n * interval '1 minute' FROM generate_series(1, %(count)s) n
        RETURNING id, started_at
    ), m AS (
        INSERT INTO messaging_message
            (conversation_id, key, sender_id, sender_name, sender_role, body, body_html, lines, weight, asks_receipt,
             via, recipients, sent_at)
        SELECT id, gen_random_uuid(), %(writer)s, %(name)s, 'teacher', 'Bonjour, le conseil est avancé à jeudi.',
               '<p>Bonjour, le conseil est avancé à jeudi.</p>', '[]', 'normal', false, 'page', 1, started_at FROM c
        RETURNING id, conversation_id, sent_at
    )
    INSERT INTO messaging_copy
        (message_id, conversation_id, person_id, line, children, place, latest, unread, hidden, from_staff, at)
    SELECT m.id, m.conversation_id, side.person, side.line, '{}', side.place, true,
           side.line = 'to' AND m.id %% 10 = 0, false, true, m.sent_at
    FROM m CROSS JOIN (VALUES (%(person)s, 'to', 'inbox'), (%(writer)s, 'from', 'sent')) AS side(person, line, place)
"""


def queries_of(client: Any, path: str) -> int:
    """How many statements a page takes, once it is warm."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        client.get(path)
    return len(seen)


def badge(school: Any, person: Any) -> tuple[int, str, float]:
    """The badge's count: how many statements, the plan of the last one, and its milliseconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from core.permissions.viewer import viewer_as
    from modules.messaging.selectors.boxes import unread_count
    from tenants.schemas.context import school as inside

    with inside(school):
        viewer = viewer_as(person, school)
        unread_count(viewer)
        viewer = viewer_as(person, school)
        with CaptureQueriesContext(connection) as seen:
            begun = time.perf_counter()
            unread_count(viewer)
            milliseconds = (time.perf_counter() - begun) * 1000
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {seen.captured_queries[-1]['sql']}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
    return len(seen), plan, milliseconds


# --- Many people at once --------------------------------------------------------------------------------------
def guardians_signed_in(school: Any, count: int) -> list[str]:
    """The session cookies of so many guardians."""
    from django.conf import settings

    from core.people.models import Person
    from tenants.schemas.context import school as inside

    with inside(school):
        people = list(Person.objects.filter(roles__contains=["guardian"], account_id=None).order_by("pk")[:count])
    cookies = []
    for person in people:
        crowd._account(school, person)
        cookies.append(crowd.signed_in(school, person).cookies[settings.SESSION_COOKIE_NAME].OutputString())
    return cookies


@contextmanager
def web(server: Cluster) -> Iterator[int]:
    """gunicorn as it serves pages in production, on a port of its own."""
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        port = int(free.getsockname()[1])
    environment = server.environment(DJANGO_SETTINGS_MODULE="scripts.support.bench.settings")
    logs = server.data / "logs"
    logs.mkdir(exist_ok=True)
    memory = ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []  # noqa: S108
    with (logs / "web.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{ADDRESS}:{port}", "--worker-class",
             "gthread", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket", *memory],
            cwd=paths.ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with socket.create_connection((ADDRESS, port), timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the web server did not come")


def read_by(port: int, school: Any, cookies: Sequence[str]) -> list[Answer]:
    """Everybody at the same moment: the box, the message on top of it, the box again."""
    from modules.messaging.models import Conversation
    from tenants.schemas.context import school as inside

    with inside(school):
        newest = Conversation.objects.filter(subject__startswith="Rentrée").order_by("-pk").values_list("pk").first()
    thread = newest[0] if newest else 0
    answers: list[Answer] = []
    gate = threading.Barrier(len(cookies))

    def read(cookie: str) -> None:
        gate.wait()
        for path in ("/messagerie/", f"/messagerie/{thread}/", "/messagerie/"):
            answers.append(_get(port, school, path, cookie))

    people = [threading.Thread(target=read, args=(cookie,)) for cookie in cookies]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return answers


def _get(port: int, school: Any, path: str, cookie: str) -> Answer:
    begun, status = time.perf_counter(), 0
    browser = http.client.HTTPConnection(ADDRESS, port, timeout=600)
    try:
        browser.request("GET", path, headers={"Host": f"{school.slug}.localhost", "Cookie": cookie.partition(";")[0]})
        response = browser.getresponse()
        response.read()
        status = response.status
    except (OSError, http.client.HTTPException):
        pass
    finally:
        browser.close()
    return Answer(path, status, (time.perf_counter() - begun) * 1000)
