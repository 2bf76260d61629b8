"""Files of the demonstration that are nobody else's business."""

import os
import secrets
from pathlib import Path


def private_folder(path: Path) -> Path:
    """Return ``path``, made if need be, readable by its owner alone."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret_in(path: Path) -> str:
    """Return the secret in ``path``, drawing it when the file is not there yet.

    The file appears whole or not at all: two processes that start together must not end up with two secrets.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")
