"""Which passwords an attacker tries first: pure rules, without lists or settings."""

import re
import unicodedata
from collections.abc import Collection, Iterable

SHORTEST_WORD = 4
"""Shorter context words stand inside too many good passwords."""

LONGEST_DECORATION = 6
"""``bonjour2024!!`` is a decorated word; a word and twelve digits may be somebody's dice."""

_LOOKALIKES = str.maketrans("@4301$5!7", "aaeoissit")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm")


def plain(text: str) -> str:
    """Return the text as a guessing list holds it: folded, without accents."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(symbol for symbol in decomposed if not unicodedata.combining(symbol))


def undecorated(password: str) -> str:
    """Return the word that was decorated, as in ``Bonjour2024!``; the password itself where there is none."""
    text = plain(password)
    word = _ENDS.sub("", text)
    return word if len(text) - len(word) <= LONGEST_DECORATION else text


def is_common(password: str, *, common: Collection[str]) -> bool:
    """Tell whether the password, or the word it decorates or disguises, is on the list of those tried first."""
    text = plain(password)
    forms = {
        text,
        undecorated(text),
        undecorated(text.translate(_LOOKALIKES)),
        undecorated(text).translate(_LOOKALIKES),
    }
    return any(form in common for form in forms)


def is_pattern(password: str) -> bool:
    """Tell whether the password is one short piece again and again, or a run of the alphabet or the keyboard."""
    text = plain(password)
    is_repeated = any(text == (text[:size] * len(text))[: len(text)] for size in range(1, 5) if size < len(text))
    return is_repeated or any(text in row * 2 or text[::-1] in row * 2 for row in _RUNS)


def context_word_in(password: str, *, words: Iterable[str]) -> str | None:
    """Return the context word that makes up nearly all of the password, or None.

    Nearly all: "les lunettes bleues de Nantes" is not weak because the portal is about glasses.
    """
    text = undecorated(password)
    for word in words:
        for part in sorted({plain(word), *re.split(r"[\W_]+", plain(word))}):
            if len(part) >= SHORTEST_WORD and part in text and len(text) - len(part) < SHORTEST_WORD:
                return word
    return None
