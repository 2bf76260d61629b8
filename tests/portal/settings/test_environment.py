from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings.environment import listed, required


def test_a_value_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SIGN", "a wet tram")

    assert required("PORTAL_SIGN") == {"PORTAL_SIGN": "a wet tram"}


def test_a_value_comes_from_the_file_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sign").write_text("a wet tram\n")
    monkeypatch.setenv("PORTAL_SIGN_FILE", str(tmp_path / "sign"))

    assert required("PORTAL_SIGN") == {"PORTAL_SIGN": "a wet tram"}


def test_everything_that_is_missing_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SIGN", "a wet tram")

    with pytest.raises(ImproperlyConfigured, match="not set: PORTAL_DOOR, PORTAL_KEY"):
        required("PORTAL_SIGN", "PORTAL_DOOR", "PORTAL_KEY")


def test_a_file_that_cannot_be_read_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORTAL_SIGN_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(ImproperlyConfigured, match="PORTAL_SIGN_FILE cannot be read: No such file"):
        required("PORTAL_SIGN")


def test_a_list_is_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DOORS", "lyon.example, nantes.example,")

    assert listed("PORTAL_DOORS") == ["lyon.example", "nantes.example"]
    assert listed("PORTAL_WINDOWS") == []
