"""The contestants' tables: each an app of its own, and each the whole of its portal."""
