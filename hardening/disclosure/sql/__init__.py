"""SQL that PostgreSQL keeps: one file per concern, installed by the first migration."""

from importlib.resources import files


def text(name: str) -> str:
    """Return the SQL of ``<name>.sql``."""
    return (files(__name__) / f"{name}.sql").read_text(encoding="utf-8")
