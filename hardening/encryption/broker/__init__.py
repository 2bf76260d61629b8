"""The key broker: a process of its own user that alone holds the keys, and counts the people it opens (D41)."""
