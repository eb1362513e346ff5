"""An SMS gateway of this machine: a real HTTP server that keeps what it is handed."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network


class Gateway(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args):
        pass


@contextmanager
def sms_gateway(settings):
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
    settings.SMS_TOKEN = "jeton-secret"
    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        server.got, server.status = [], 201
        settings.SMS_URL = f"http://127.0.0.1:{server.server_port}/sms"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        server.bodies = lambda: [json.loads(body) for _headers, body in server.got]
        yield server
        server.shutdown()
