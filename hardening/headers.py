"""Response headers that make a page useless to whoever gets it into a frame, a cache or a foreign script."""

from collections.abc import Mapping

from django.http import HttpResponseBase

_PLAIN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

CONTENT_POLICY = f"{_PLAIN_POLICY}; require-trusted-types-for 'script'; trusted-types 'none'"
"""Nothing inline, nothing from elsewhere, no text that becomes a script: an injected name stays a name."""

ADMIN_CONTENT_POLICY = _PLAIN_POLICY
"""Django's own admin builds parts of its pages from text; all else stays as strict."""

PERMISSIONS_POLICY = ", ".join(
    (
        *(
            f"{feature}=()"
            for feature in (
                "camera",
                "display-capture",
                "geolocation",
                "microphone",
                "midi",
                "payment",
                "serial",
                "usb",
            )
        ),
        # A ceremony inside somebody else's frame is a phish (P18).
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    )
)

ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What each response carries unless its view has set that header itself: said in the code, where a review finds it."""


def harden(response: HttpResponseBase, *, is_personal: bool, request_id: str) -> None:
    """Add the headers to ``response``.

    ``is_personal`` pages are stored nowhere, whatever the view said: a shared cache, or the back button at a
    shared counter, would show them to the next person.
    """
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if is_personal:
        response.headers["Cache-Control"] = "no-store"
        response.headers.pop("Expires", None)
    response.headers["X-Request-ID"] = request_id
