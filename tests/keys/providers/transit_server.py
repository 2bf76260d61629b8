"""The transit engine's encrypt, decrypt and hmac as the service documents them, with real keys, on a local server."""

import base64
import binascii
import hmac
import os
from http.server import BaseHTTPRequestHandler
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.keys.providers.local_server import answer, asked

TOKEN = "hvs.made-up-token"
_PREFIX = "vault:v1:"


class Transit:
    """Named keys behind one token."""

    def __init__(self, *names: str) -> None:
        self.keys = {name: AESGCM(os.urandom(32)) for name in names}
        self.mac_keys = {name: {1: os.urandom(32), 2: os.urandom(32)} for name in names}
        self.tokens = {TOKEN}
        self.is_sealed = False
        self.heeds_context = True
        self.headers: list[dict[str, str]] = []

    def __call__(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        document = asked(request)
        self.headers.append(dict(request.headers))
        status, answered = self._answered(request, document)
        answer(request, answered, status=status)

    def _answered(self, request: BaseHTTPRequestHandler, document: dict[str, str]) -> tuple[int, object]:
        version, mount, operation, name, *algorithm = request.path.strip("/").split("/")
        if self.is_sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if request.headers["X-Vault-Token"] not in self.tokens:
            return 403, {"errors": ["permission denied"]}
        if (version, mount) != ("v1", "transit"):
            return 404, {"errors": ["no handler for route"]}
        if name not in self.keys or algorithm != (["sha2-256"] if operation == "hmac" else []):
            return 400, {"errors": ["encryption key not found"]}
        try:
            return 200, {"data": getattr(self, f"_{operation}")(self.keys[name], document | {"name": name})}
        except (InvalidTag, ValueError, binascii.Error):
            return 400, {"errors": ["cipher: message authentication failed"]}

    def _encrypt(self, key: AESGCM, document: dict[str, str]) -> dict[str, str]:
        nonce = os.urandom(12)
        sealed = key.encrypt(nonce, base64.b64decode(document["plaintext"], validate=True), self._bound(document))
        return {"ciphertext": _PREFIX + base64.b64encode(nonce + sealed).decode()}

    def _decrypt(self, key: AESGCM, document: dict[str, str]) -> dict[str, str]:
        blob = base64.b64decode(document["ciphertext"].removeprefix(_PREFIX), validate=True)
        opened = key.decrypt(blob[:12], blob[12:], self._bound(document))
        return {"plaintext": base64.b64encode(opened).decode()}

    def _hmac(self, _: AESGCM, document: dict[str, Any]) -> dict[str, str]:
        versions = self.mac_keys[document["name"]]
        version = document.get("key_version", max(versions))
        if version not in versions:
            raise ValueError("cannot hmac: version is too old or too new")
        made = hmac.digest(versions[version], base64.b64decode(document["input"], validate=True), "sha256")
        return {"hmac": f"vault:v{version}:{base64.b64encode(made).decode()}"}

    def _bound(self, document: dict[str, str]) -> bytes:
        return base64.b64decode(document["associated_data"], validate=True) if self.heeds_context else b""
