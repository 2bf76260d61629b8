"""The normal form of a submitted name: however it is typed, one name has one counter."""

import unicodedata

LONGEST = 256
"""No account has a longer name; what follows is not read, so that a megabyte costs nothing."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Controls, zero-width characters, lone surrogates, unassigned: nobody sees them, and no name needs them."""


def normal_name(submitted: str) -> str:
    """Return the name under which ``submitted`` is looked up and counted.

    Compatibility forms, case, spaces and invisible characters make no other name: each spelling with a counter
    of its own would be five more guesses at one account (P14, R5). The form is stable: normal_name of a normal
    name is itself.
    """
    # Casefolding may open what NFKC had closed, so NFKC comes last.
    return unicodedata.normalize("NFKC", spelled_name(submitted).casefold())


def spelled_name(submitted: str) -> str:
    """Return ``submitted`` with its case, without what cannot be seen: how an older account may be stored."""
    name = unicodedata.normalize("NFKC", submitted[:LONGEST])
    seen = "".join(character for character in name if unicodedata.category(character) not in _UNSEEN)
    return " ".join(seen.split())
