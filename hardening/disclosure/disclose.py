"""``disclose``: the gate as views use it, as a context manager in sync and async code."""

from contextlib import ExitStack
from types import TracebackType

from asgiref.sync import sync_to_async
from django.http import HttpRequest

from hardening import request_ids
from hardening.clients import client_of
from hardening.disclosing import acting_as, activate
from hardening.disclosure import declaring
from hardening.disclosure.conf import DisclosureSettings
from hardening.disclosure.gate import Disclosure
from hardening.disclosure.inquiry import Inquiry
from hardening.errors import DisclosureRefused
from hardening.requirements import ANONYMOUS, Assurance

NO_PRACTICE = "no_practice"


class disclose:  # noqa: N801 - reads as the verb it is
    """Open the gate for one request: ``with disclose(request, purpose=…, fields=(…)) as disclosure``.

    ``fields`` are the record's fields that the view and its template will read; ``contract__number`` names one
    of another row. The place of a person and the price of a miss are reserved before the block runs. Leave the
    block without ``disclosure.open(record)`` and a miss is charged.

    Works in ``async with`` too; there, ``await disclosure.amatch(…)`` and ``await disclosure.aopen(…)``.

    Raise DisclosureRefused (BudgetExceeded, AccountFrozen), StepUpRequired or StoreUnavailableError; the
    middleware answers them.
    """

    def __init__(self, request: HttpRequest, *, purpose: str, fields: tuple[str, ...]) -> None:
        self._request = request
        self._purpose = purpose
        self._fields = fields

    def __enter__(self) -> Disclosure:
        disclosure = self._begun()
        self._activate(disclosure)
        return disclosure

    def __exit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._active.__exit__(kind, exception, trace)
        self._disclosure.finish(exception)

    async def __aenter__(self) -> Disclosure:
        disclosure = await sync_to_async(self._begun)()
        # Here, not in the thread: a context variable set there would not be seen by the view.
        self._activate(disclosure)
        return disclosure

    async def __aexit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._active.__exit__(kind, exception, trace)
        if isinstance(exception, Exception | None):
            await sync_to_async(self._disclosure.finish)(exception)

    def _begun(self) -> Disclosure:
        actor = DisclosureSettings.load().actor_of(self._request)
        if actor is None:
            raise DisclosureRefused(NO_PRACTICE, reference=request_ids.current())
        assurance = getattr(self._request, "assurance", ANONYMOUS)
        disclosure = Disclosure(
            Inquiry(
                actor=actor,
                assurance=_frozen(assurance),
                client=client_of(self._request),
                purpose=self._purpose,
                fields=self._fields,
                reference=request_ids.current(),
            )
        )
        disclosure.begin()
        declaring.note(self._request, disclosure)
        return disclosure

    def _activate(self, disclosure: Disclosure) -> None:
        self._disclosure = disclosure
        self._active = ExitStack()
        # Whose budget pays, also at the key broker.
        self._active.enter_context(acting_as(f"practitioner {disclosure.practitioner}"))
        self._active.enter_context(activate(disclosure))


def _frozen(live: Assurance) -> Assurance:
    """Return the assurance as it is now; the value on the request reads the session at each access."""
    return Assurance(
        level=live.level,
        account=live.account,
        session=live.session,
        methods=live.methods,
        is_phishing_resistant=live.is_phishing_resistant,
        proven_at=live.proven_at,
        is_known_browser=live.is_known_browser,
        is_on_probation=live.is_on_probation,
        proof=live.proof,
    )
