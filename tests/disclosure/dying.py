"""A program whose children look people up and are killed with SIGKILL: ``python -m tests.disclosure.dying '<json>'``.

It is told the names of the databases and, for each child, when it dies: before or after a statement that contains
some words, or after a time. It answers with what each child had already sent out when it died.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import django


def main(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Run the children one after the other."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - only now
    from django.db import connections  # noqa: PLC0415

    settings.HARDENING_DISCLOSURE = told["settings"]
    for alias, name in told["databases"].items():
        connections[alias].settings_dict["NAME"] = name
    return [_lived(death) for death in told["deaths"]]


def _lived(death: dict[str, Any]) -> dict[str, Any]:
    sent_by_child, to_parent = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(sent_by_child)
        _live(death, out=to_parent)
        os._exit(0)
    os.close(to_parent)
    if "after_ms" in death:
        time.sleep(death["after_ms"] / 1000)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(sent_by_child) as pipe:
        sent = pipe.read().split()
    _, status = os.waitpid(child, 0)
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, "sent": sent}


def _live(death: dict[str, Any], *, out: int) -> None:
    from django.db import connections  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415

    from hardening import clock  # noqa: PLC0415
    from hardening.disclosure.disclose import disclose  # noqa: PLC0415
    from hardening.requirements import Assurance, Level  # noqa: PLC0415
    from tests.disclosure.people.models import Insured  # noqa: PLC0415

    with connections["hardening"].execute_wrapper(_killer(death)):
        for record in Insured.objects.order_by("pk"):
            request = RequestFactory().post("/")
            request.account = "benali"  # type: ignore[attr-defined]
            request.assurance = Assurance(  # type: ignore[attr-defined]
                level=Level.AAL2, account="benali", session="s", proven_at=clock.now()
            )
            with disclose(request, purpose="rights_check", fields=("last_name",)) as disclosure:
                disclosure.open(record)
            os.write(out, f"{record.subject}\n".encode())


def _killer(death: dict[str, Any]) -> Callable[..., Any]:
    """Return a wrapper of statements that dies around the ``at``-th one that contains ``words``."""
    seen = 0

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's
        nonlocal seen
        is_it = "words" in death and any(word in str(sql) for word in death["words"])
        seen += is_it
        if is_it and seen == death["at"] and not death["is_after"]:
            os.kill(os.getpid(), signal.SIGKILL)
        result = run(sql, params, many, context)
        if is_it and seen == death["at"] and death["is_after"]:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return execute


if __name__ == "__main__":
    json.dump(main(json.loads(sys.argv[1])), sys.stdout)
