"""Pages that hold no personal data: landing, help, contact, errors."""
