"""A browser of few words: forms, cookies and redirects with the standard library, for checks over HTTP."""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from http.cookiejar import Cookie, CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Page:
    """What came back, after redirects."""

    status: int
    address: str
    html: str

    @property
    def heading(self) -> str:
        """Return the text of the first h1."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", "", found[1])).split()) if found else ""


class _Forms(HTMLParser):
    """Collects the hidden fields of each form that is posted."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str], set[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}, set()))
        elif tag == "input" and self.forms and given.get("name"):
            _, hidden, names = self.forms[-1]
            names.add(given["name"])
            if given.get("type") == "hidden":
                hidden[given["name"]] = given.get("value", "")


class Browser:
    """One session."""

    def __init__(self, origin: str, *, cookies: CookieJar | None = None) -> None:
        self.origin = origin
        self.cookies = CookieJar() if cookies is None else cookies
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._send(Request(urljoin(self.origin, path)))  # noqa: S310 - our own server on localhost

    def keep(self, name: str, value: str) -> None:
        """Put a cookie of this origin into the browser."""
        host = urlsplit(self.origin).hostname or ""
        # Without a domain it would be sent to no host; `localhost.local` is what the jar calls localhost.
        domain = host if "." in host else f"{host}.local"
        self.cookies.set_cookie(
            Cookie(0, name, value, None, False, domain, False, False, "/", True, False, None, False, None, None, {})  # noqa: FBT003 - the order of http.cookiejar
        )

    def submit(self, page: Page, **values: str) -> Page:
        """Fill in the form of ``page`` that has these fields, and send it. Raise LookupError if there is none."""
        forms = _Forms()
        forms.feed(page.html)
        for action, hidden, names in forms.forms:
            if values.keys() <= names:
                address = urljoin(page.address, action or page.address)
                body = urlencode({**hidden, **values}).encode()
                return self._send(Request(address, data=body, headers={"Referer": page.address}))  # noqa: S310 - likewise
        raise LookupError(f"{page.address} has no form with {', '.join(values)}")

    def _send(self, request: Request) -> Page:
        request.add_header("Accept-Language", "fr")
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return Page(answer.status, answer.url, answer.read().decode())
        except HTTPError as answer:
            return Page(answer.code, answer.url or request.full_url, answer.read().decode())
