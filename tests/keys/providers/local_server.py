"""A real HTTP server on the loopback address that answers as a test wants, well or badly."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Respond = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def answering(respond: Respond, *, certificate: Path | None = None) -> Iterator[str]:
    """Yield the address of a server that leaves each POST to ``respond``; over TLS with a certificate and its key."""

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_POST(self) -> None:
            """Answer it."""
            respond(self)

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"{'http' if certificate is None else 'https'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def asked(request: BaseHTTPRequestHandler) -> Any:
    """Return the JSON document that came."""
    return json.loads(request.rfile.read(int(request.headers["Content-Length"])))


def answer(
    request: BaseHTTPRequestHandler,
    content: bytes | object,
    *,
    status: int = 200,
    headers: Mapping[str, str] = {},
) -> None:
    """Send bytes as they are, anything else as JSON."""
    octets = content if isinstance(content, bytes) else json.dumps(content).encode()
    request.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(octets)), **headers}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(octets)


def fixed(content: bytes | object, *, status: int = 200, headers: Mapping[str, str] = {}) -> Respond:
    """Return a server's way of always answering the same."""

    def respond(request: BaseHTTPRequestHandler) -> None:
        asked(request)
        answer(request, content, status=status, headers=headers)

    return respond


def closed_address() -> str:
    """Return an address where nobody listens any more."""
    with answering(fixed({})) as address:
        return address


BAD_ANSWERS: Mapping[str, Respond] = {
    "no JSON": fixed(b"<html>welcome</html>"),
    "no text at all": fixed(b"\xff\xfe\x00"),
    "no object": fixed([1]),
    "an empty object": fixed({}),
    "an empty answer": fixed(b""),
    "half an answer": fixed(b'{"data"', headers={"Content-Length": "4000"}),
    "a broken service": fixed({"errors": ["internal"]}, status=500),
}
