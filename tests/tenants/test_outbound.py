"""Calls to the outside: where they may go, and that they go nowhere else."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest

from tenants import outbound
from tenants.outbound import OutboundFailed, OutboundRefused

INSIDE = [
    "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/meta-data/", "https://10.1.2.3/",
    "https://172.16.0.1/", "https://192.168.1.1/", "https://100.64.0.1/", "https://0.0.0.0/", "https://[::]/",
    "https://[::ffff:10.0.0.1]/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1]/", "https://[fd00::1]/",
    "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://224.0.0.1/", "https://255.255.255.255/",
    "https://localhost/", "https://2130706433/", "https://0x7f.1/", "https://127.1/",
    "https://[fd00:ec2::254]/",
]  # fmt: skip
MALFORMED = [
    "", "ftp://example.org/", "https://", "https:///x", "javascript:alert(1)", "https://user@example.org/",
    "https://example.org:99999/", "https://[::1", f"https://example.org/{'x' * 2000}", "//example.org/",
    "https://a..b/",
]  # fmt: skip


class Listener(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.seen.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        status = {"/moved": 302, "/broken": 500}.get(self.path, 200)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"x" * 100_000 if self.path == "/long" else b"ok")

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as listening:
        listening.seen = []
        listening.url = f"http://127.0.0.1:{listening.server_port}"
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield listening
        listening.shutdown()


@pytest.fixture
def allowed(settings):
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_refused(url):
    with pytest.raises(OutboundRefused) as refused:
        outbound.post(url, data=b"")
    assert refused.value.code == "inside-address"


@pytest.mark.parametrize("url", INSIDE)
def test_a_form_refuses_an_address_inside(url):
    with pytest.raises(OutboundRefused):
        outbound.check(url)


@pytest.mark.parametrize("url", MALFORMED)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(OutboundRefused, match="exemple"):
        outbound.check(url)


def test_a_name_that_leads_inside_is_refused(monkeypatch):
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.8", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: inside)
    with pytest.raises(OutboundRefused, match="interne"):
        outbound.check("https://public.example.org/")


def test_a_name_with_one_address_inside_is_refused(monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("93.184.215.14", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(OutboundRefused, match="interne"):
        outbound.check("https://public.example.org/")


def test_the_address_that_was_checked_is_the_one_called(monkeypatch, server, allowed):
    """A name that answers something else the second time (rebinding) is asked once only."""
    real, asked = socket.getaddrinfo, []

    def resolve(host, *args, **kwargs):
        if host == "moving.example.org":
            asked.append(host)
            return real("127.0.0.1" if len(asked) == 1 else "127.0.0.99", *args, **kwargs)
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert outbound.post(f"http://moving.example.org:{server.server_port}/", data=b"").ok
    assert len(asked) == 1
    assert server.seen[0][1]["Host"] == f"moving.example.org:{server.server_port}"


def test_plain_http_is_for_allowed_networks_only():
    with pytest.raises(OutboundRefused, match="https"):
        outbound.check("http://93.184.215.14/")


def test_a_public_address_passes():
    outbound.check("https://93.184.215.14/chemin?a=1")


def test_what_is_sent_arrives_as_it_is(server, allowed):
    outbound.post(f"{server.url}/là?q=é", data="été".encode(), headers={"X-One": "1"})
    path, headers, body = server.seen[0]
    assert (path, headers["X-One"], body) == ("/l%C3%A0?q=%C3%A9", "1", "été".encode())


def test_json_is_sent_as_json(server, allowed):
    outbound.post(server.url, json={"a": "é"})
    assert server.seen[0][1]["Content-Type"] == "application/json"
    assert server.seen[0][2] == '{"a": "é"}'.encode()


def test_a_redirect_is_not_followed(server, allowed):
    assert outbound.post(f"{server.url}/moved", data=b"").status == 302
    assert [path for path, _headers, _body in server.seen] == ["/moved"]


def test_an_error_is_an_answer(server, allowed):
    answer = outbound.post(f"{server.url}/broken", data=b"")
    assert (answer.status, answer.ok) == (500, False)


def test_a_long_answer_is_cut(server, allowed):
    assert len(outbound.post(f"{server.url}/long", data=b"").body_excerpt) == outbound.ANSWER_LIMIT


def test_a_server_that_drips_is_left(allowed):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip():
            peer, _ = listening.accept()
            with peer:
                try:
                    while True:
                        peer.sendall(b"H")
                        threading.Event().wait(0.05)
                except OSError:
                    pass

        threading.Thread(target=drip, daemon=True).start()
        with pytest.raises(OutboundFailed, match="timeout"):
            outbound.post(f"http://127.0.0.1:{listening.getsockname()[1]}/", data=b"", timeout=0.4)


def test_nobody_listening_is_a_failure(allowed):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(OutboundFailed, match="ConnectionRefused"):
        outbound.post(f"http://127.0.0.1:{port}/", data=b"")


def test_an_unknown_name_is_a_failure():
    with pytest.raises(OutboundFailed, match="unknown-host"):
        outbound.post("https://nulle-part.invalid/", data=b"")
