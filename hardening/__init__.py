"""hardening: what makes a stolen login nearly worthless.

The public API, resolved lazily (PEP 562): an eager re-export of fields or models would raise
AppRegistryNotReady for a project that imports this package from its settings.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hardening.composition import apps_for as apps_for
    from hardening.disclosure.actor import Actor as Actor
    from hardening.disclosure.admin_search import SealedSearchMixin as SealedSearchMixin
    from hardening.disclosure.declaring import disclosed_nobody as disclosed_nobody
    from hardening.disclosure.declaring import discloses_nobody as discloses_nobody
    from hardening.disclosure.decorators import DisclosureMixin as DisclosureMixin
    from hardening.disclosure.decorators import discloses as discloses
    from hardening.disclosure.disclose import disclose as disclose
    from hardening.disclosure.gate import Disclosure as Disclosure
    from hardening.disclosure.usage import usage_of as usage_of
    from hardening.encryption.constraints import SealedUniqueConstraint as SealedUniqueConstraint
    from hardening.encryption.fields import EncryptedDateField as EncryptedDateField
    from hardening.encryption.fields import EncryptedDecimalField as EncryptedDecimalField
    from hardening.encryption.fields import EncryptedEmailField as EncryptedEmailField
    from hardening.encryption.fields import EncryptedIntegerField as EncryptedIntegerField
    from hardening.encryption.fields import EncryptedJSONField as EncryptedJSONField
    from hardening.encryption.fields import EncryptedNirField as EncryptedNirField
    from hardening.encryption.fields import EncryptedTextField as EncryptedTextField
    from hardening.encryption.fields import SealedDateField as SealedDateField
    from hardening.encryption.fields import SealedDecimalField as SealedDecimalField
    from hardening.encryption.fields import SealedEmailField as SealedEmailField
    from hardening.encryption.fields import SealedIntegerField as SealedIntegerField
    from hardening.encryption.fields import SealedJSONField as SealedJSONField
    from hardening.encryption.fields import SealedNirField as SealedNirField
    from hardening.encryption.fields import SealedTextField as SealedTextField
    from hardening.encryption.fields import SealIdField as SealIdField
    from hardening.encryption.forms import MaskedTextField as MaskedTextField
    from hardening.encryption.forms import NirFormField as NirFormField
    from hardening.encryption.nir import InvalidNirError as InvalidNirError
    from hardening.encryption.nir import mask_nir as mask_nir
    from hardening.encryption.nir import parse_nir as parse_nir
    from hardening.encryption.part_counts import count_by_part as count_by_part
    from hardening.encryption.parts import PartIndex as PartIndex
    from hardening.encryption.querysets import SealedQuerySet as SealedQuerySet
    from hardening.encryption.subject import subject_of as subject_of
    from hardening.encryption.twins import Twins as Twins
    from hardening.errors import AccountFrozen as AccountFrozen
    from hardening.errors import BrokerBudgetError as BrokerBudgetError
    from hardening.errors import BudgetExceeded as BudgetExceeded
    from hardening.errors import DecryptionError as DecryptionError
    from hardening.errors import DisclosureRefused as DisclosureRefused
    from hardening.errors import HardeningError as HardeningError
    from hardening.errors import KeyUnavailableError as KeyUnavailableError
    from hardening.errors import LockedOut as LockedOut
    from hardening.errors import NotDisclosedError as NotDisclosedError
    from hardening.errors import Outcome as Outcome
    from hardening.errors import StepUpRequired as StepUpRequired
    from hardening.errors import StoreUnavailableError as StoreUnavailableError
    from hardening.keys.macs import require_keys as require_keys
    from hardening.keys.ring import key_ring as key_ring
    from hardening.login.aftermath import forget_all_others as forget_all_others
    from hardening.requirements import AAL2 as AAL2
    from hardening.requirements import HELD as HELD
    from hardening.requirements import PASSKEY as PASSKEY
    from hardening.requirements import PUBLIC as PUBLIC
    from hardening.requirements import public as public
    from hardening.requirements import requires as requires

__version__ = "0.1.0"

_HOME = {
    "AAL2": "hardening.requirements",
    "AccountFrozen": "hardening.errors",
    "Actor": "hardening.disclosure.actor",
    "BrokerBudgetError": "hardening.errors",
    "BudgetExceeded": "hardening.errors",
    "DecryptionError": "hardening.errors",
    "Disclosure": "hardening.disclosure.gate",
    "DisclosureMixin": "hardening.disclosure.decorators",
    "DisclosureRefused": "hardening.errors",
    "EncryptedDateField": "hardening.encryption.fields",
    "EncryptedDecimalField": "hardening.encryption.fields",
    "EncryptedEmailField": "hardening.encryption.fields",
    "EncryptedIntegerField": "hardening.encryption.fields",
    "EncryptedJSONField": "hardening.encryption.fields",
    "EncryptedNirField": "hardening.encryption.fields",
    "EncryptedTextField": "hardening.encryption.fields",
    "HELD": "hardening.requirements",
    "HardeningError": "hardening.errors",
    "InvalidNirError": "hardening.encryption.nir",
    "KeyUnavailableError": "hardening.errors",
    "LockedOut": "hardening.errors",
    "MaskedTextField": "hardening.encryption.forms",
    "NirFormField": "hardening.encryption.forms",
    "NotDisclosedError": "hardening.errors",
    "Outcome": "hardening.errors",
    "PASSKEY": "hardening.requirements",
    "PUBLIC": "hardening.requirements",
    "PartIndex": "hardening.encryption.parts",
    "SealIdField": "hardening.encryption.fields",
    "SealedDateField": "hardening.encryption.fields",
    "SealedDecimalField": "hardening.encryption.fields",
    "SealedEmailField": "hardening.encryption.fields",
    "SealedIntegerField": "hardening.encryption.fields",
    "SealedJSONField": "hardening.encryption.fields",
    "SealedNirField": "hardening.encryption.fields",
    "SealedQuerySet": "hardening.encryption.querysets",
    "SealedSearchMixin": "hardening.disclosure.admin_search",
    "SealedTextField": "hardening.encryption.fields",
    "SealedUniqueConstraint": "hardening.encryption.constraints",
    "StepUpRequired": "hardening.errors",
    "StoreUnavailableError": "hardening.errors",
    "Twins": "hardening.encryption.twins",
    "apps_for": "hardening.composition",
    "count_by_part": "hardening.encryption.part_counts",
    "disclose": "hardening.disclosure.disclose",
    "disclosed_nobody": "hardening.disclosure.declaring",
    "discloses": "hardening.disclosure.decorators",
    "discloses_nobody": "hardening.disclosure.declaring",
    "forget_all_others": "hardening.login.aftermath",
    "key_ring": "hardening.keys.ring",
    "mask_nir": "hardening.encryption.nir",
    "parse_nir": "hardening.encryption.nir",
    "public": "hardening.requirements",
    "require_keys": "hardening.keys.macs",
    "requires": "hardening.requirements",
    "subject_of": "hardening.encryption.subject",
    "usage_of": "hardening.disclosure.usage",
}
"""Where each public name lives. Keep it equal to the imports above (a test compares them)."""

__all__ = [
    "AAL2",
    "HELD",
    "PASSKEY",
    "PUBLIC",
    "AccountFrozen",
    "Actor",
    "BrokerBudgetError",
    "BudgetExceeded",
    "DecryptionError",
    "Disclosure",
    "DisclosureMixin",
    "DisclosureRefused",
    "EncryptedDateField",
    "EncryptedDecimalField",
    "EncryptedEmailField",
    "EncryptedIntegerField",
    "EncryptedJSONField",
    "EncryptedNirField",
    "EncryptedTextField",
    "HardeningError",
    "InvalidNirError",
    "KeyUnavailableError",
    "LockedOut",
    "MaskedTextField",
    "NirFormField",
    "NotDisclosedError",
    "Outcome",
    "PartIndex",
    "SealIdField",
    "SealedDateField",
    "SealedDecimalField",
    "SealedEmailField",
    "SealedIntegerField",
    "SealedJSONField",
    "SealedNirField",
    "SealedQuerySet",
    "SealedSearchMixin",
    "SealedTextField",
    "SealedUniqueConstraint",
    "StepUpRequired",
    "StoreUnavailableError",
    "Twins",
    "__version__",
    "apps_for",
    "count_by_part",
    "disclose",
    "disclosed_nobody",
    "discloses",
    "discloses_nobody",
    "forget_all_others",
    "key_ring",
    "mask_nir",
    "parse_nir",
    "public",
    "require_keys",
    "requires",
    "subject_of",
    "usage_of",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as wide as the module's contents
    if name not in _HOME:
        raise AttributeError(f"module 'hardening' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
