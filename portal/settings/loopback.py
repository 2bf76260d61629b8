"""What a portal on ``http://localhost`` has to do without; an Error check refuses these on any other host (D20)."""

ALLOWED_HOSTS = ["localhost"]
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "csrf"
CSRF_COOKIE_SECURE = False
LANGUAGE_COOKIE_SECURE = False
WHITENOISE_USE_FINDERS = True
"""Static files come straight from the packages: nothing to collect before the first page."""
