"""The pages where administrators review lockouts and issue grants."""
