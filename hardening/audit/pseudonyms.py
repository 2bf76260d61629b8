"""What an entry keeps of an address or of a sentence: enough to compare, too little to name anybody."""

import ipaddress
import re
import unicodedata

_NETWORK_BITS = {4: 24, 6: 48}
"""A /24 is a street or an office, a /48 is one subscriber: what an incident needs, and no more."""

_MAX_LENGTH = 500
"""A sentence is enough; without a bound, whoever chooses the text would fill the disk."""

_BETWEEN_DIGITS = r"[\s.\-_/:·]{0,2}"
_REFERENCE = (
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b(?=[0-9]*[a-f])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b"
)
_NUMBER = rf"\d(?:{_BETWEEN_DIGITS}[AaBb]?{_BETWEEN_DIGITS}\d){{5,}}"
_QUERY = r"\?[^\s?]*=\S*"
_HIDDEN_IN = re.compile(rf"(?P<reference>{_REFERENCE})|(?P<number>{_NUMBER})|(?P<query>{_QUERY})")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_OPAQUE = re.compile(r"[\w.:@+\-]{0,64}", re.ASCII)

HIDDEN = "[…]"


def opaque(reference: str) -> str:
    """Return the reference of an account, an actor or a session as it is.

    Raise ValueError for what can be none: a sentence, an address of a page, a line break.
    """
    if not _OPAQUE.fullmatch(reference):
        raise ValueError("an entry names accounts, actors and sessions by references without spaces, at most 64 long")
    return reference


def coarse_network(address: str) -> str:
    """Return the /24 (IPv4) or /48 (IPv6) that the address is in; empty for what is no address.

    A mapped IPv4 address is the IPv4 one, or the same client would have two networks.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(ipaddress.ip_network((mapped or parsed, _NETWORK_BITS[(mapped or parsed).version]), strict=False))


def without_numbers(text: str) -> str:
    """Return the text on one line, its numbers of six digits and more and its query strings hidden.

    People paste social security numbers, codes and addresses of pages into every field that takes a sentence.
    Half a number is as bad as all of it (A3), so the whole run goes, with whatever separates its digits.
    Our own references (UUIDs, digests in hexadecimal) stay: they name rows, not persons.
    """
    one_line = _UNPRINTABLE.sub(" ", unicodedata.normalize("NFKC", text))
    hidden = _HIDDEN_IN.sub(lambda found: found["reference"] or HIDDEN, one_line)
    return hidden if len(hidden) <= _MAX_LENGTH else hidden[: _MAX_LENGTH - 1] + "…"
