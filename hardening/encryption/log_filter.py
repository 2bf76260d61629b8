"""A logging filter that masks whatever validates as a social security number."""

import logging
import re

from hardening.encryption.nir import InvalidNirError, mask_everything, nir_key, parse_nir

_SEPARATOR = r"[\s.\-\u00a0\u202f]?"
_CANDIDATE = re.compile(
    rf"(?<![0-9])[1-8](?:{_SEPARATOR}[0-9]){{4}}(?:{_SEPARATOR}[0-9]){_SEPARATOR}[0-9AaBb]"
    rf"(?:{_SEPARATOR}[0-9]){{6}}(?:{_SEPARATOR}[0-9]){{0,2}}(?![0-9])"
)
_WITH_KEY = 15


class NirMaskingFilter(logging.Filter):
    """Masks numbers in the message, its arguments and its traceback. Put it on every handler.

    It is the last net, for what other libraries log: our own code never logs a value.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; it always passes."""
        message = record.getMessage()
        masked = mask_nirs(message)
        if masked != message:
            record.msg, record.args = masked, None
        if record.exc_info and not record.exc_text:
            # Formatted here, because a formatter would write the original later.
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = mask_nirs(record.exc_text)
        if record.stack_info:
            record.stack_info = mask_nirs(record.stack_info)
        return True


def mask_nirs(text: str) -> str:
    """Return ``text`` with every number masked: complete ones whose key is right, and those without their key."""
    return _CANDIDATE.sub(_masked_if_valid, text)


def _masked_if_valid(found: re.Match[str]) -> str:
    number = re.sub(r"[^0-9A-Za-z]", "", found.group()).upper()
    try:
        # Thirteen digits can be a number too: it is completed with its key to see whether it is possible.
        parse_nir(number if len(number) == _WITH_KEY else number + nir_key(number))
    except InvalidNirError:
        return found.group()
    return mask_everything()
