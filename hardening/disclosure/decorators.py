"""The gate around a whole view: a decorator for functions, a mixin for classes. Templates render inside it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse

from hardening.disclosure.declaring import disclosed_nobody
from hardening.disclosure.disclose import disclose
from hardening.disclosure.gate import Disclosure

View = Callable[..., Any]


def discloses(*, purpose: str, fields: tuple[str, ...]) -> Callable[[View], View]:
    """Return a decorator that runs a view inside the gate and hands it ``disclosure``.

    For views that look somebody up at every request; one that also shows an empty form uses ``disclose`` around
    the look-up itself, or a miss is charged for the form. A TemplateResponse is rendered before the gate closes.
    A streaming response is not: its values must be opened before, or they raise (chunks that charge as they are
    sent are not built yet).
    """

    def decorate(view: View) -> View:
        if iscoroutinefunction(view):

            @wraps(view)
            async def inside_async(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - a view's own
                async with disclose(request, purpose=purpose, fields=fields) as disclosure:
                    response = await view(request, *args, disclosure=disclosure, **kwargs)
                    return await sync_to_async(rendered)(response)

            return inside_async

        @wraps(view)
        def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - a view's own
            with disclose(request, purpose=purpose, fields=fields) as disclosure:
                return rendered(view(request, *args, disclosure=disclosure, **kwargs))

        return inside

    return decorate


class DisclosureMixin:
    """Runs the handlers named in ``disclosing`` inside the gate, with the disclosure as ``self.disclosure``.

    ``disclosing = ("form_valid",)`` is what a look-up form wants: the empty form and one with mistakes are no
    look-ups, cost nothing, and are declared to show nobody. Put it before the view's other bases.
    """

    purpose: ClassVar[str]
    fields: ClassVar[tuple[str, ...]]
    disclosing: ClassVar[tuple[str, ...]] = ("form_valid",)

    request: HttpRequest
    disclosure: Disclosure | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401 - Python's signature
        """Put the gate around each handler where it is defined."""
        super().__init_subclass__(**kwargs)
        for name in cls.disclosing:
            handler = getattr(cls, name, None)
            if handler is not None and not getattr(handler, "_is_inside_gate", False):
                setattr(cls, name, _inside_gate(handler))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a response, or the awaitable of one
        """Answer the request; without a disclosure it shows nobody, for sealed values open nowhere else."""
        if iscoroutinefunction(getattr(self, str(request.method).lower(), None)):
            return self._dispatch_async(request, *args, **kwargs)
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a mixin of View
        self._declare(request)
        return response

    async def _dispatch_async(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a response
        response = await super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a mixin of View
        self._declare(request)
        return response

    def _declare(self, request: HttpRequest) -> None:
        if self.disclosure is None:
            disclosed_nobody(request)


def _inside_gate(handler: View) -> View:
    if iscoroutinefunction(handler):

        @wraps(handler)
        async def inside_async(self: DisclosureMixin, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - a view's own
            async with disclose(self.request, purpose=self.purpose, fields=self.fields) as self.disclosure:
                return await sync_to_async(rendered)(await handler(self, *args, **kwargs))

        wrapped: View = inside_async
    else:

        @wraps(handler)
        def inside(self: DisclosureMixin, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - a view's own
            with disclose(self.request, purpose=self.purpose, fields=self.fields) as self.disclosure:
                return rendered(handler(self, *args, **kwargs))

        wrapped = inside
    wrapped._is_inside_gate = True  # type: ignore[attr-defined]  # noqa: SLF001 - ours
    return wrapped


def rendered(response: HttpResponseBase) -> HttpResponseBase:
    """Return the response with its template rendered, while the gate is still open."""
    return response.render() if isinstance(response, SimpleTemplateResponse) else response
