"""An OpenID issuer on the loopback address with real keys, which lies and fails as a test wants."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from hardening import clock

CLIENT, SECRET = "portail", "made-up-secret-of-the-portal"
AMINE_RPPS, CLAIRE_RPPS = "810002673899", "810100050075"
CARD, TELEPHONE = ["sc", "mfa"], ["mfa"]

LYON = {
    "identifiantTechniqueDeLaStructure": "R1",
    "raisonSocialeSite": "Optique de Lyon",
    "numeroFinessSite": "990000010",
}
NANTES = {"numeroFinessSite": "990123457", "enseigneCommercialeSite": "Optique de Nantes"}

Lie = Callable[[dict[str, Any]], object]


@cache
def rsa_key(name: str, *, bits: int = 2048) -> rsa.RSAPrivateKey:  # noqa: ARG001 - the name tells keys apart
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(name: str) -> ec.EllipticCurvePrivateKey:  # noqa: ARG001 - likewise
    return ec.generate_private_key(ec.SECP256R1())


def public(key: Any, *, kid: str, **more: str) -> dict[str, Any]:
    algorithm: Any = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig", **more}


@dataclass
class Issuer:
    """Its address comes when it is served."""

    address: str = ""
    kid: str = "first"
    algorithm: str = "RS256"
    signer: Any = field(default_factory=lambda: rsa_key("first"))
    published: list[dict[str, Any]] = field(default_factory=lambda: [public(rsa_key("first"), kid="first")])
    discovered: dict[str, Any] = field(default_factory=dict)
    """What the discovery document says otherwise."""
    userinfo: dict[str, Any] = field(default_factory=dict)
    """What the userinfo document says otherwise."""
    lie: Lie = lambda _: None
    """Changes the claims before they are signed."""
    slow: Mapping[str, float] = field(default_factory=dict)
    """Path → seconds before the answer."""
    broken: frozenset[str] = frozenset()
    dripping: frozenset[str] = frozenset()
    """Paths whose answers come one byte at a time, each in time."""
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    _people: dict[str, dict[str, Any]] = field(default_factory=dict)

    def approve(self, page: str, *, person: str = AMINE_RPPS, methods: Any = CARD, **more: Any) -> dict[str, str]:
        """Be the person at the issuer's page: return what the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
        code = secrets.token_urlsafe(16)
        self._codes[code] = {"asked": asked, "person": person, "methods": methods, "at": clock.now(), **more}
        return {"code": code, "state": asked["state"], "iss": self.address}

    def claims(
        self, *, nonce: str, person: str, methods: Any, auth_time: int | None = None, at: datetime | None = None
    ) -> dict[str, Any]:
        now = int((at or clock.now()).timestamp())
        return {
            "iss": self.address,
            "aud": CLIENT,
            "azp": CLIENT,
            "sub": f"f:wallet:{person}",
            "nonce": nonce,
            "iat": now,
            "exp": now + 120,
            "auth_time": now if auth_time is None else auth_time,
            "acr": "eidas1",
            "amr": methods,
            "SubjectNameID": person,
        }

    def sign(self, claims: Mapping[str, Any], **headers: Any) -> str:
        return jwt.encode(dict(claims), self.signer, algorithm=self.algorithm, headers={"kid": self.kid, **headers})

    def rotate(self, kid: str, key: Any) -> None:
        self.kid, self.signer, self.published = kid, key, [public(key, kid=kid)]

    def answer(self, request: BaseHTTPRequestHandler) -> tuple[int, object]:
        path = urlsplit(request.path).path
        self.asked.append(path)
        time.sleep(self.slow.get(path, 0))
        if path in self.broken:
            return 500, {"error": "internal"}
        return PAGES.get(path, Issuer._missing)(self, request)

    def _discovery(self, _: BaseHTTPRequestHandler) -> tuple[int, object]:
        pages = {
            "authorization_endpoint": "/auth",
            "token_endpoint": "/token",
            "userinfo_endpoint": "/userinfo",
            "jwks_uri": "/keys",
        }
        found = {name: self.address + path for name, path in pages.items()}
        return 200, {"issuer": self.address, **found, **self.discovered}

    def _keys(self, _: BaseHTTPRequestHandler) -> tuple[int, object]:
        return 200, {"keys": self.published}

    def _token(self, request: BaseHTTPRequestHandler) -> tuple[int, object]:
        sent = request.rfile.read(int(request.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(sent).items()}
        known = self._codes.pop(form["code"], None)
        if known is None or not _is_proven(form, known["asked"]):
            return 400, {"error": "invalid_grant"}
        claims = self.claims(
            nonce=known["asked"]["nonce"],
            person=known["person"],
            methods=known["methods"],
            auth_time=known.get("auth_time"),
            at=known["at"],  # a test's clock is its own thread's
        )
        self.lie(claims)
        access = secrets.token_urlsafe(16)
        self._people[f"Bearer {access}"] = {
            "sub": claims.get("sub"),
            "SubjectNameID": known["person"],
            "email": "cabinet@example.org",
            "SubjectRefPro": {"exercices": [{"codeProfession": "28", "activities": known.get("practices", [])}]},
        }
        return 200, {"access_token": access, "id_token": self.sign(claims), "token_type": "Bearer"}

    def _userinfo(self, request: BaseHTTPRequestHandler) -> tuple[int, object]:
        person = self._people.get(request.headers["Authorization"])
        return (200, {**person, **self.userinfo}) if person else (401, {})

    def _missing(self, _: BaseHTTPRequestHandler) -> tuple[int, object]:
        return 404, {}


PAGES: Mapping[str, Callable[[Issuer, BaseHTTPRequestHandler], tuple[int, object]]] = {
    "/.well-known/wallet-openid-configuration": Issuer._discovery,
    "/keys": Issuer._keys,
    "/token": Issuer._token,
    "/userinfo": Issuer._userinfo,
}


def _is_proven(form: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    return (
        form["client_secret"] == SECRET
        and form["redirect_uri"] == asked["redirect_uri"]
        and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
    )


@contextmanager
def served(issuer: Issuer) -> Iterator[Issuer]:
    """Serve the issuer until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, document = issuer.answer(self)
            content = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if urlsplit(self.path).path not in issuer.dripping:
                self.wfile.write(content)
                return
            for octet in content:
                self.wfile.write(bytes([octet]))
                time.sleep(0.3)

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    server = Quiet(("127.0.0.1", 0), Handler)
    issuer.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()


class Quiet(ThreadingHTTPServer):
    """Says nothing of clients that did not wait."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: Any) -> None:
        """Say nothing."""


def query(answer: Mapping[str, str]) -> str:
    return urlencode(answer)
