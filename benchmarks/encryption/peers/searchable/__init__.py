"""django-searchable-encrypted-fields."""
