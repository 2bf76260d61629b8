"""``manage.py keys``."""
