"""What a browser calls itself, kept coarse: a family and a system, never the full string."""

_FAMILIES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""In this order: every Chromium calls itself Chrome and Safari too."""

_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_family(user_agent: str) -> str:
    """Return the family and the system, such as ``Firefox, Windows``; empty where neither is known.

    A full string would single a person out among thousands, and whatever an attacker writes into the header
    would reach the review page: only words of our own lists come back.
    """
    known = (next((name for sign, name in names if sign in user_agent), "") for names in (_FAMILIES, _SYSTEMS))
    return ", ".join(word for word in known if word)
