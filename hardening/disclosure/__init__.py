"""The gate, budgets counted in people, and the ledger."""
