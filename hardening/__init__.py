"""hardening: what makes a stolen login nearly worthless.

The public API, resolved lazily (PEP 562): an eager re-export of fields or models would raise
AppRegistryNotReady for a project that imports this package from its settings.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hardening.composition import apps_for as apps_for
    from hardening.disclosure.actor import Actor as Actor
    from hardening.disclosure.declaring import disclosed_nobody as disclosed_nobody
    from hardening.disclosure.declaring import discloses_nobody as discloses_nobody
    from hardening.disclosure.decorators import DisclosureMixin as DisclosureMixin
    from hardening.disclosure.decorators import discloses as discloses
    from hardening.disclosure.disclose import disclose as disclose
    from hardening.requirements import AAL2 as AAL2
    from hardening.requirements import PUBLIC as PUBLIC
    from hardening.requirements import public as public
    from hardening.requirements import requires as requires

__version__ = "0.1.0"

_HOME = {
    "AAL2": "hardening.requirements",
    "Actor": "hardening.disclosure.actor",
    "DisclosureMixin": "hardening.disclosure.decorators",
    "PUBLIC": "hardening.requirements",
    "apps_for": "hardening.composition",
    "disclose": "hardening.disclosure.disclose",
    "disclosed_nobody": "hardening.disclosure.declaring",
    "discloses": "hardening.disclosure.decorators",
    "discloses_nobody": "hardening.disclosure.declaring",
    "public": "hardening.requirements",
    "requires": "hardening.requirements",
}
"""Where each public name lives. Keep it equal to the imports above (a test compares them)."""

__all__ = [
    "AAL2",
    "PUBLIC",
    "Actor",
    "DisclosureMixin",
    "__version__",
    "apps_for",
    "disclose",
    "disclosed_nobody",
    "discloses",
    "discloses_nobody",
    "public",
    "requires",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as wide as the module's contents
    if name not in _HOME:
        raise AttributeError(f"module 'hardening' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
