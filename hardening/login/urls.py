"""Addresses of the login and of the account's security page, in the namespace ``hardening``."""

from django.urls import path

from hardening.login.views import (
    disabled_code,
    enrolment,
    entrance,
    must_change,
    own_passkeys,
    passkey_endpoints,
    passkey_enrolment,
    passkeys,
    passwords,
    recovery,
    security,
    step_up,
)

app_name = "hardening"

urlpatterns = [
    path(".well-known/passkey-endpoints", passkey_endpoints.passkey_endpoints, name="passkey_endpoints"),
    path("login/", entrance.login, name="login"),
    path("login/passkey/", passkeys.passkey_login, name="passkey_login"),
    path("login/passkey/options/", passkeys.passkey_login_options, name="passkey_login_options"),
    path("login/code/", entrance.code, name="code"),
    path("login/password/", must_change.password_must_change, name="password_must_change"),
    path("login/enrol/", enrolment.enrol, name="enrol"),
    path("login/enrol/confirm/", enrolment.enrol_confirm, name="enrol_confirm"),
    path("login/enrol/passkey/", passkey_enrolment.enrol_passkey, name="enrol_passkey"),
    path("login/enrol/passkey/options/", passkey_enrolment.enrol_passkey_options, name="enrol_passkey_options"),
    path("login/recovery/", recovery.recover, name="recovery"),
    path("logout/", entrance.logout, name="logout"),
    path("step-up/", step_up.step_up, name="step_up"),
    path("step-up/options/", step_up.step_up_options, name="step_up_options"),
    path("password/reset/", passwords.password_reset, name="password_reset"),
    path("password/reset/confirm/", passwords.password_reset_confirm, name="password_reset_confirm"),
    path("password/change/", passwords.password_change, name="password_change"),
    path("security/", security.security, name="security"),
    path("security/add/", enrolment.authenticator_add, name="authenticator_add"),
    path("security/add/confirm/", enrolment.authenticator_confirm, name="authenticator_confirm"),
    path("security/<int:authenticator>/name/", security.authenticator_rename, name="authenticator_rename"),
    path("security/<int:authenticator>/remove/", security.authenticator_remove, name="authenticator_remove"),
    path("security/passkeys/add/", own_passkeys.passkey_add, name="passkey_add"),
    path("security/passkeys/later/", own_passkeys.passkey_later, name="passkey_later"),
    path("security/passkeys/options/", own_passkeys.passkey_options, name="passkey_options"),
    path("security/passkeys/<int:passkey>/name/", own_passkeys.passkey_rename, name="passkey_rename"),
    path("security/passkeys/<int:passkey>/remove/", own_passkeys.passkey_remove, name="passkey_remove"),
    path("security/code/enable/", disabled_code.code_enable, name="code_enable"),
    path("security/recovery-codes/", recovery.recovery_codes, name="recovery_codes"),
    path("security/recovery-codes/confirm/", recovery.recovery_codes_confirm, name="recovery_codes_confirm"),
    path("security/sessions/end/", security.sessions_end, name="sessions_end"),
    path("security/sessions/<uuid:session>/end/", security.session_end, name="session_end"),
    path("security/browsers/<int:browser>/forget/", security.browser_forget, name="browser_forget"),
]
