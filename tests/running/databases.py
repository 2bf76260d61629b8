"""Databases for one portal under test, on the PostgreSQL of this run, new and gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.servers import run

VARIABLES = ("RUNNING_DATABASE_1", "RUNNING_DATABASE_2")


@contextmanager
def databases(*names: str) -> Iterator[dict[str, str]]:
    """Yield the environment that names these databases, in order, and the run's folder."""
    servers = run.current()
    with psycopg.connect(_address(servers.database_url, "postgres"), autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            addresses = (_address(servers.database_url, name) for name in names)
            yield dict(zip(VARIABLES, addresses, strict=False)) | {"RUNNING_FOLDER": servers.folder}
        finally:
            for name in names:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _address(server: str, database: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))
