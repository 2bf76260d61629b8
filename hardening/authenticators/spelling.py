"""How secrets are spelt when people read them from paper: no symbol that could be another."""

import unicodedata

ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
"""32 symbols, five bits each; 0 and o, 1 and l are left out."""

BITS_PER_SYMBOL = 5
GROUP = 4


def spell(number: int, *, symbols: int) -> str:
    """Return ``number`` in exactly ``symbols`` symbols.

    Raise ValueError when it does not fit: a truncated secret would be a weaker one.
    """
    if not 0 <= number < 1 << (symbols * BITS_PER_SYMBOL):
        raise ValueError("the number does not fit")
    shifts = range((symbols - 1) * BITS_PER_SYMBOL, -1, -BITS_PER_SYMBOL)
    return "".join(ALPHABET[number >> shift & (len(ALPHABET) - 1)] for shift in shifts)


def in_groups(code: str) -> str:
    """Return the code as it is printed: groups of four, joined by hyphens."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(text: str, *, symbols: int) -> str | None:
    """Return the code that ``text`` spells, or None.

    Case, spaces and any kind of hyphen are free, as people type from paper; length and alphabet are strict.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    code = "".join(symbol for symbol in folded if not symbol.isspace() and unicodedata.category(symbol) != "Pd")
    return code if len(code) == symbols and all(symbol in ALPHABET for symbol in code) else None
