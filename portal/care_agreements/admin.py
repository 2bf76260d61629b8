"""Care agreements, for those who answer them in an insurer's place."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hardening import clock
from portal.care_agreements import steps
from portal.care_agreements.models import CareAgreement


def _never(_permission: str) -> bool:
    return False


@admin.register(CareAgreement)
class CareAgreementAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Read, accept, refuse; nothing else, so that a state always has its time."""

    list_display = ("reference", "practitioner", "insurer", "domain", "amount", "state", "requested_at")
    list_filter = ("state", "insurer", "domain")
    list_select_related = ("practitioner__account", "insurer")
    exclude = ("look_up",)
    actions = ("accept", "refuse")

    @admin.action(description=_("Accept"), permissions=["answer"])
    def accept(self, request: HttpRequest, chosen: QuerySet[CareAgreement]) -> None:
        """Accept those that wait for an answer."""
        self._answer(request, chosen, is_accepted=True)

    @admin.action(description=_("Refuse"), permissions=["answer"])
    def refuse(self, request: HttpRequest, chosen: QuerySet[CareAgreement]) -> None:
        """Refuse those that wait for an answer."""
        self._answer(request, chosen, is_accepted=False)

    def has_answer_permission(self, request: HttpRequest) -> bool:
        """Tell whether this is somebody who answers, and not only looks."""
        return bool(getattr(request.user, "has_perm", _never)("care_agreements.change_careagreement"))

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Refuse: they start from a look-up."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: CareAgreement | None = None) -> bool:  # noqa: ARG002 - likewise
        """Refuse: a state changes by an action, with its time."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CareAgreement | None = None) -> bool:  # noqa: ARG002 - likewise
        """Refuse: a practitioner may have billed on it."""
        return False

    def _answer(self, request: HttpRequest, chosen: QuerySet[CareAgreement], *, is_accepted: bool) -> None:
        at = clock.now()
        answered = sum(steps.answer(agreement, is_accepted=is_accepted, at=at) for agreement in chosen)
        self.message_user(request, _("Answered: %(count)d") % {"count": answered})
