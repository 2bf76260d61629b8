"""Search of sealed fields in an admin: posted, paid for at the gate, answered by an address that works once (D10).

A ``?q=`` with a number in it would stay in logs, histories and Referer headers, and its answer be free.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hardening.conf import ConfigurationError
from hardening.disclosure import found_records
from hardening.disclosure.disclose import disclose
from hardening.disclosure.gate import TooManyFoundError
from hardening.disclosure.search_form import SealedSearchForm
from hardening.encryption.companions import SealedIndexField
from hardening.encryption.sealed_field import SealedField
from hardening.requirements import ANONYMOUS, Assurance

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite, ModelAdmin

    Base = ModelAdmin[Any]
else:
    Base = object

FOUND = "found"
"""The parameter that names a result."""

_KEYS = "_hardening_found_keys"


class SealedSearchMixin(Base):
    """Searches the sealed fields of a ``ModelAdmin``; stands before it among the bases.

    Each search is a question of existence: it is charged to who asks as at every other view, and whom it finds
    stands in the ledger with no kind of data, for the list shows masks.

    Raise ConfigurationError at registration for a field without blind index, or a model that names no person.
    """

    sealed_search_fields: ClassVar[tuple[str, ...]] = ()
    """Names of indexed sealed fields of the model itself."""
    sealed_search_purpose: ClassVar[str] = ""
    """A purpose of ``HARDENING_DISCLOSURE["purposes"]``."""
    change_list_template = "hardening/disclosure/searched_change_list.html"
    sealed_search_template: ClassVar[str] = "hardening/disclosure/sealed_search.html"

    def __init__(self, model: type[Model], admin_site: "AdminSite") -> None:
        super().__init__(model, admin_site)
        name = type(self).__name__
        if not (self.sealed_search_fields and self.sealed_search_purpose):
            raise ConfigurationError(f"{name} needs sealed_search_fields and sealed_search_purpose")
        if not getattr(model, "sealed_subject", ""):
            raise ConfigurationError(f"{name}: {model._meta.label} needs sealed_subject, or nobody can be charged")
        self._sealed = tuple(_searchable(model, field, admin=name) for field in self.sealed_search_fields)

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's addresses, with that of the search before them."""
        view = self.admin_site.admin_view(self.sealed_search_view)
        return [path("sealed-search/", view, name=self._url_name("sealed_search")), *super().get_urls()]

    def sealed_search_view(self, request: HttpRequest) -> HttpResponse:
        """Look up what was posted and lead to its result: the same way for a stranger and for somebody unseen.

        Raise PermissionDenied, or what ``disclose`` raises; then nothing was looked up.
        """
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = SealedSearchForm(request.POST, sealed=self._sealed)
        if form.is_valid():
            try:
                keys = self._found(request, form.cleaned_data)
            except TooManyFoundError:
                form.add_error(None, gettext("Too many records have this value: search for something rarer."))
            else:
                result = found_records.keep(keys, model=self.model, owner=_owner(request))
                return HttpResponseRedirect(f"{self._list_address()}?{urlencode({FOUND: result})}")
        context = {
            **self.admin_site.each_context(request),
            **self._search_context(form),
            "title": gettext("Search"),
            "opts": self.model._meta,
        }
        return TemplateResponse(request, self.sealed_search_template, context)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list with the form, or what a search found, once.

        The id is taken out of the query before Django reads it: it is no filter, and no link of the page repeats it.
        """
        if FOUND in request.GET:
            if not self.has_view_permission(request):
                raise PermissionDenied
            self._take(request)
        form = SealedSearchForm(sealed=self._sealed)
        return super().changelist_view(request, {**self._search_context(form), **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows; on the page of a result, those found."""
        rows = super().get_queryset(request)
        keys = getattr(request, _KEYS, None)
        return rows if keys is None else rows.filter(pk__in=keys)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the actions: none on a result, whose address does not work for the POST that would follow."""
        return {} if hasattr(request, _KEYS) else super().get_actions(request)

    def get_changelist_instance(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's ChangeList
        """Return the list, which on a result is not edited in place either."""
        changes = super().get_changelist_instance(request)
        if hasattr(request, _KEYS):
            changes.list_editable = ()
        return changes

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:  # noqa: ANN401 - as Django's
        """Refuse to filter by a sealed value or its index in an address: it would be a search for free."""
        return not _is_sealed(self.model, lookup) and super().lookup_allowed(lookup, value, request)

    def _found(self, request: HttpRequest, wanted: dict[str, Any]) -> list[str]:
        rows = self.get_queryset(request)
        with disclose(request, purpose=self.sealed_search_purpose, fields=()) as disclosure:
            found = disclosure.find(
                rows.filter(**wanted), may_see=lambda record: self.has_view_permission(request, record)
            )
        return [str(record.pk) for record in found]

    def _take(self, request: HttpRequest) -> None:
        given: QueryDict = request.GET.copy()
        result = str(given[FOUND])
        del given[FOUND]
        request.GET = given  # type: ignore[assignment]  # Django's own admin replaces it too
        keys = found_records.take(result, model=self.model, owner=_owner(request))
        setattr(request, _KEYS, keys or [])
        if keys is None:
            messages.warning(request, _("This result has expired or was shown already. Search again."))

    def _search_context(self, form: SealedSearchForm) -> dict[str, Any]:
        address = reverse(f"admin:{self._url_name('sealed_search')}", current_app=self.admin_site.name)
        return {"sealed_search_form": form, "sealed_search_url": address, "sealed_list_url": self._list_address()}

    def _list_address(self) -> str:
        return reverse(f"admin:{self._url_name('changelist')}", current_app=self.admin_site.name)

    def _url_name(self, page: str) -> str:
        return f"{self.model._meta.app_label}_{self.model._meta.model_name}_{page}"


def _owner(request: HttpRequest) -> Assurance:
    assurance: Assurance = getattr(request, "assurance", ANONYMOUS)
    return assurance


def _searchable(model: type[Model], name: str, *, admin: str) -> SealedField:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        field = None
    if not isinstance(field, SealedField) or not field.indexed:
        raise ConfigurationError(f"{admin}.sealed_search_fields: {name!r} is no sealed field with indexed=True")
    return field


def _is_sealed(model: type[Model], lookup: str) -> bool:
    current: Any = model
    for name in lookup.split(LOOKUP_SEP):
        try:
            # `pk` may be a relation itself: a parent of the model, or a one-to-one key.
            field = current._meta.pk if name == "pk" else current._meta.get_field(name)
        except FieldDoesNotExist:
            return False  # the lookup at the end, or nothing that Django would accept
        if isinstance(field, SealedField | SealedIndexField):
            return True
        if not field.is_relation:
            return False
        current = field.related_model
    return False
