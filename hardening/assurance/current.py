"""The assurance of the request at hand: what its session has proven, if it is still about the same account."""

from django.http import HttpRequest

from hardening import clock
from hardening.assurance.record import read
from hardening.requirements import ANONYMOUS, Assurance, Level
from hardening.sessions.backend import SessionStore


def assurance_of(request: HttpRequest) -> Assurance:
    """Return what the session behind ``request`` has proven for the user that the request acts as now.

    A session proves things about its own account only. Where something else put another user on the request
    (a token of an API, a proxy's header), the proofs are not his, and there are none (P26).
    """
    session = getattr(request, "session", None)
    if not isinstance(session, SessionStore):
        return ANONYMOUS
    record = read(session.assurance)
    if record is None:
        return ANONYMOUS
    found = record.assurance(session=session.public_id, at=clock.now())
    if found.level > Level.HALF and acting_account(request) != found.account:
        return ANONYMOUS
    return found


def is_acting(request: HttpRequest) -> bool:
    """Tell whether the request acts as somebody; an odd user object that some API made does too."""
    return getattr(getattr(request, "user", None), "is_authenticated", False) is True


def acting_account(request: HttpRequest) -> str:
    """Return the opaque id of the user that the request acts as, empty for nobody and for one without an id."""
    return str(getattr(request.user, "pk", None) or "") if is_acting(request) else ""


class LiveAssurance(Assurance):
    """The value at ``request.assurance``: read anew at each access, and not before the first one.

    A frozen copy taken before the view would still speak for the session after an API's authentication has put
    another user on the request. Views that ask nothing cost no statement.
    """

    def __init__(self, request: HttpRequest) -> None:
        object.__setattr__(self, "_request", request)

    def __getattribute__(self, name: str) -> object:
        """Return the attribute of the assurance in force."""
        return getattr(assurance_of(object.__getattribute__(self, "_request")), name)
