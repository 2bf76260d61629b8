"""A number in clear that is becoming a sealed one."""
