"""Failed attempts, device cookies, cool-off and review."""
