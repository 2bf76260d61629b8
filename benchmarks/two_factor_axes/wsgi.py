"""The peer behind gunicorn, for the guesses sent at once."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.two_factor_axes.settings"
application = get_wsgi_application()
