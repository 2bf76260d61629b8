import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardening.encryption.log_filter import NirMaskingFilter, mask_nirs
from tests.encryption.cast import AMINE_NIR, CLAIRE_NIR

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/nir.json").read_text(encoding="utf-8"))["valid"]
MASK = "● ●● ●● ●● ●●● ●●● ●●"


@pytest.fixture
def written() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(NirMaskingFilter())
    logger = logging.getLogger("of another library")
    logger.propagate = False
    logger.addHandler(handler)
    yield logger, stream
    logger.removeHandler(handler)


@pytest.mark.parametrize(("thirteen", "key", "_what"), VECTORS)
def test_c14_every_valid_number_is_masked_with_and_without_its_key(thirteen: str, key: str, _what: str) -> None:
    spaced = f"{thirteen[0]} {thirteen[1:3]} {thirteen[3:5]} {thirteen[5:7]} {thirteen[7:10]} {thirteen[10:]} {key}"

    for text in (
        thirteen + key,
        thirteen,
        spaced,
        spaced.lower(),
        spaced.replace(" ", "\u00a0"),
        spaced.replace(" ", "."),
    ):
        assert mask_nirs(f"looking for {text}, please") == f"looking for {MASK}, please"


@pytest.mark.parametrize(
    "text",
    ["+33 4 72 00 00 00", "73282932000074", "10002673899", "2026-11-23 21:10:32.123456", "84549", "9" + CLAIRE_NIR],
)
def test_what_is_no_number_stays_readable(text: str) -> None:
    assert mask_nirs(text) == text


def test_c14_messages_arguments_and_tracebacks_are_masked(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written

    logger.warning("nobody has %s", CLAIRE_NIR)
    logger.warning("posted: %r", {"nir": AMINE_NIR})
    try:
        int(f"{CLAIRE_NIR}x")
    except ValueError:
        logger.exception("failed", stack_info=True)

    text = stream.getvalue()
    assert "nobody has ●" in text
    assert "Traceback" in text
    assert CLAIRE_NIR not in text
    assert AMINE_NIR not in text


def test_an_ordinary_message_keeps_its_arguments(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written

    logger.warning("%d rows in %s", 7, "ward A")

    assert stream.getvalue() == "7 rows in ward A\n"
