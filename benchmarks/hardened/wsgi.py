"""Our portal behind gunicorn, for the guesses sent at once."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.hardened.settings"
application = get_wsgi_application()
