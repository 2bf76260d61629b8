from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from portal.settings.private_files import private_folder, secret_in


def test_a_secret_is_drawn_once_and_kept_from_others(tmp_path: Path) -> None:
    path = private_folder(tmp_path / "var" / "demo") / "secret"

    drawn = secret_in(path)

    assert secret_in(path) == drawn
    assert len(drawn) > 60
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_processes_that_start_together_share_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        drawn = set(pool.map(lambda _: secret_in(tmp_path / "secret"), range(64)))

    assert len(drawn) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
