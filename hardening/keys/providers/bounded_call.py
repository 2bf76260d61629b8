"""One JSON call to a service that may be down, slow or not what it seems."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

_MOST_BYTES = 1 << 16
"""An answer holds one wrapped root, some hundred bytes."""
_OK = 200


class CallFailedError(Exception):
    """The call gave no answer that can be used. The message says why, without a word of what was sent or received."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The status, and the document of a status 200."""

    status: int
    document: Mapping[str, Any] = field(repr=False)


def post_json(
    url: str, document: Mapping[str, Any], *, headers: Mapping[str, str], timeout: timedelta, ca_file: str | None = None
) -> Answer:
    """Send ``document`` and return the answer; redirects and the proxies of the environment are not followed.

    ``timeout`` bounds the connecting and each wait for bytes.

    Raise CallFailedError if there is no answer, or one that is too large or no JSON object.
    """
    parts = urlsplit(url)
    connection = _connection(parts.scheme, str(parts.hostname), parts.port, timeout=timeout, ca_file=ca_file)
    try:
        connection.request("POST", parts.path, json.dumps(document), {"Content-Type": "application/json", **headers})
        with connection.getresponse() as response:
            content = response.read(_MOST_BYTES + 1)
    except TimeoutError:
        raise CallFailedError(f"no answer within {timeout.total_seconds():g} s") from None
    except (OSError, HTTPException, ValueError) as error:
        # Only its kind: the messages of these quote addresses, headers and answers.
        raise CallFailedError(f"the call failed ({type(error).__name__})") from None
    finally:
        connection.close()
    if len(content) > _MOST_BYTES:
        raise CallFailedError(f"the answer is larger than {_MOST_BYTES} bytes")
    return Answer(status=response.status, document=_document(content) if response.status == _OK else {})


def _connection(scheme: str, host: str, port: int | None, *, timeout: timedelta, ca_file: str | None) -> HTTPConnection:
    seconds = timeout.total_seconds()
    if scheme == "http":
        return HTTPConnection(host, port, timeout=seconds)
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError:
        raise CallFailedError("the file of certificate authorities cannot be read") from None
    return HTTPSConnection(host, port, timeout=seconds, context=context)


def _document(content: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(content)
    except ValueError:
        raise CallFailedError("the answer is not JSON") from None
    if not isinstance(document, dict):
        raise CallFailedError("the answer is no JSON object")
    return document
