"""The look-up of one person's rights, and each account's own history of look-ups."""
