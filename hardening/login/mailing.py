"""Send mail beside the request, so that the time of an answer does not tell whether a mail went out.

A thread, not the end of the response: a client that keeps its connection open would measure how long the server
stays busy after it. What is queued when a process is killed is lost, as with any mail server; every notice is also an
entry of the audit.
"""

import logging
import os
import smtplib
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from functools import cache

from django.core.mail import EmailMessage

logger = logging.getLogger("hardening.login.mailing")

_on_their_way: set[Future[None]] = set()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="hardening-mail")


# Threads do not survive a fork: a worker forked from a process that has sent mail needs a pool of its own.
os.register_at_fork(after_in_child=_pool.cache_clear)


def post(message: EmailMessage) -> None:
    """Queue a message; a mail server that is down is logged and stops nothing."""
    queued = _pool().submit(_deliver, message)
    _on_their_way.add(queued)
    queued.add_done_callback(_on_their_way.discard)


def flush(*, timeout_seconds: float = 10) -> None:
    """Wait until everything queued has been handed to the mail server (tests and commands)."""
    wait_for(set(_on_their_way), timeout=timeout_seconds)


def _deliver(message: EmailMessage) -> None:
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as failure:
        # Neither address nor subject: logs hold no personal data.
        logger.error("a notice could not be sent: %s", type(failure).__name__)  # noqa: TRY400 - its text may name the recipient
