"""django-tink-fields, randomised."""
