"""How a process without keys asks the one that has them."""
