"""The pages of a login and of the account's security, one module per flow."""
