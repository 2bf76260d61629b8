"""What a session has proven, and deny-by-default enforcement."""
