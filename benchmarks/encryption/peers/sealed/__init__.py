"""Our field behind the gate."""
