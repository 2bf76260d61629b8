"""The entries in Django's admin: to be read, page by page, and nothing else."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse

from hardening import clock
from hardening.audit.models import Entry
from hardening.audit.reading import Criteria, Cursor, find, page
from hardening.clients import client_of
from hardening.events import AuditRead, emit

_BEFORE = "before"


def _tell(request: HttpRequest, *, account: str = "", asked: tuple[str, ...] = ()) -> None:
    # As in the console: whoever reads about colleagues is read about in turn, by whichever door.
    emit(AuditRead(at=clock.now(), account=account, actor=str(request.user.pk), client=client_of(request), asked=asked))


class EntryChangeList(ChangeList):
    """A list that is never counted (A11): its pages are turned by keyset."""

    older: Cursor | None = None

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ARG002 - Django's signature
        """Return what filters the list: nothing, whatever an address asks for."""
        return {}

    def get_results(self, request: HttpRequest) -> None:
        """Read one page, in one statement."""
        try:
            before = Cursor.parse(request.GET[_BEFORE]) if _BEFORE in request.GET else None
        except ValueError:
            before = None
        _tell(request)
        found = page(Criteria(), before=before)
        self.older = found.older
        self.result_list = found.entries
        self.result_count, self.full_result_count = len(found.entries), None
        self.show_full_result_count = self.show_admin_actions = self.multi_page = self.can_show_all = False
        self.paginator = Paginator(found.entries, max(len(found.entries), 1))

    def url_for_result(self, result: Any) -> str:  # noqa: ANN401 - wider than ours in Django
        """Return the address of an entry, by its own reference: its id alone names no partition."""
        return reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_change",
            args=[result.reference],
            current_app=self.model_admin.admin_site.name,
        )


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """No verb but reading (A4). Searching is the console's, by exact values."""

    list_display = ("at", "name", "account", "actor", "network", "request_id")
    actions = None
    show_full_result_count = False
    exclude: ClassVar[tuple[str, ...]] = ("rows_salt",)
    change_list_template = "admin/hardening_audit/entry/change_list.html"

    def get_changelist(self, request: HttpRequest, **_: Any) -> type[ChangeList]:  # noqa: ANN401, ARG002 - Django's signature
        """Return our list."""
        return EntryChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Entry | None:  # noqa: ARG002 - Django's signature
        """Return the entry of this reference."""
        found = find(object_id)
        if found is not None:
            _tell(request, account=found.account, asked=("reference",))
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - nobody's permission matters
        """Entries are written by events only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:  # noqa: ARG002 - likewise
        """Not even a superuser's."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:  # noqa: ARG002 - likewise
        """Not even a superuser's."""
        return False
