"""``manage.py count_sealed``."""
