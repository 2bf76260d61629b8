"""How gunicorn serves the portal: ``gunicorn --config python:portal.gunicorn portal.wsgi``."""

import os

from django.db import connections

import hardening

bind = f"localhost:{os.environ.get('PORT', '8000')}"
# Two processes for two cores, eight threads for the waits on the database; measured in benchmarks.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 30
# Bodies of this portal are small forms; a line or a header beyond this is no browser's.
limit_request_line = 4094
limit_request_fields = 64
# One more door, in the home of whoever started it, that nobody here uses.
control_socket_disable = True
# No access log: the portal's own ledger says who saw what, and an address line is one more place to leak into.
accesslog = None


def post_worker_init(worker: object) -> None:  # noqa: ARG001 - gunicorn's signature
    """Stop a worker that has not the database's keys before it answers anybody (D5); gunicorn then gives up."""
    hardening.require_keys()
    connections.close_all()
