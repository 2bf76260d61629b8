"""The sealed column and its clear twin at the size of a country."""
