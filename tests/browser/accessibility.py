"""What axe finds wrong with a page (WCAG 2.2 AA and best practices)."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def problems_of(page: Page, *, ignored: Sequence[str] = ()) -> list[str]:
    """Return one line for each violation.

    axe runs in an isolated world: the page's own content policy would, rightly, not let it in. The session ends with
    the page: to detach one takes the page's simulated passkeys away from all others.
    """
    session = page.context.new_cdp_session(page)
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})["executionContextId"]
    _evaluate(session, f"{_axe()}; true", world)
    options = {"runOnly": RULES, "resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in ignored}}
    found = _evaluate(session, f"axe.run(document, {json.dumps(options)}).then((result) => result.violations)", world)
    return [f"{one['id']}: {one['help']}: {', '.join(str(node['target']) for node in one['nodes'])}" for one in found]


def _evaluate(session: Any, expression: str, world: int) -> Any:
    arguments = {"expression": expression, "contextId": world, "awaitPromise": True, "returnByValue": True}
    answer = session.send("Runtime.evaluate", arguments)
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"].get("value")
