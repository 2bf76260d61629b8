"""django-fernet-encrypted-fields."""
