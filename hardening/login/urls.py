"""Addresses of the login and of the account's security page, in the namespace ``hardening``."""

from django.urls import path

from hardening.login.views import (
    disabled_code,
    enrolment,
    entrance,
    held,
    must_change,
    not_me,
    passwords,
    recovery,
    security,
    step_up,
)

app_name = "hardening"

urlpatterns = [
    path("login/", entrance.login, name="login"),
    path("login/code/", entrance.code, name="code"),
    path("login/password/", must_change.password_must_change, name="password_must_change"),
    path("login/held/", held.held_login, name="held"),
    path("login/not-me/", not_me.disown, name="not_me"),
    path("login/enrol/", enrolment.enrol, name="enrol"),
    path("login/enrol/confirm/", enrolment.enrol_confirm, name="enrol_confirm"),
    path("login/recovery/", recovery.recover, name="recovery"),
    path("logout/", entrance.logout, name="logout"),
    path("step-up/", step_up.step_up, name="step_up"),
    path("password/reset/", passwords.password_reset, name="password_reset"),
    path("password/reset/confirm/", passwords.password_reset_confirm, name="password_reset_confirm"),
    path("password/change/", passwords.password_change, name="password_change"),
    path("security/", security.security, name="security"),
    path("security/add/", enrolment.authenticator_add, name="authenticator_add"),
    path("security/add/confirm/", enrolment.authenticator_confirm, name="authenticator_confirm"),
    path("security/<int:authenticator>/name/", security.authenticator_rename, name="authenticator_rename"),
    path("security/<int:authenticator>/remove/", security.authenticator_remove, name="authenticator_remove"),
    path("security/code/enable/", disabled_code.code_enable, name="code_enable"),
    path("security/held/<uuid:login>/approve/", held.held_approve, name="held_approve"),
    path("security/held/<uuid:login>/refuse/", held.held_refuse, name="held_refuse"),
    path("security/recovery-codes/", recovery.recovery_codes, name="recovery_codes"),
    path("security/recovery-codes/confirm/", recovery.recovery_codes_confirm, name="recovery_codes_confirm"),
    path("security/sessions/end/", security.sessions_end, name="sessions_end"),
    path("security/sessions/<uuid:session>/end/", security.session_end, name="session_end"),
    path("security/browsers/<int:browser>/forget/", security.browser_forget, name="browser_forget"),
]
