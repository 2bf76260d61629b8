"""Our side: the portal as shipped, on PostgreSQL."""
