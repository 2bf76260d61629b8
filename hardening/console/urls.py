"""Addresses of the console; names in the namespace ``hardening_console``."""

from django.urls import path

from hardening.console.views import duty, entries, letters, lockouts

app_name = "hardening_console"

urlpatterns = [
    path("", duty.index, name="index"),
    path("lockouts/", lockouts.index, name="lockouts"),
    path("lockouts/together/", lockouts.release_together, name="release_together"),
    path("lockouts/<str:lockout>/release/", lockouts.release_page, name="release"),
    path("letters/", letters.index, name="letters"),
    path("letters/new/", letters.new, name="new_letter"),
    path("audit/", entries.index, name="entries"),
]
