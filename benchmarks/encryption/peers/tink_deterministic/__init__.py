"""django-tink-fields, deterministic."""
