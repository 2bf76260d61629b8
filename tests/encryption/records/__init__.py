"""Models that only the suite has, in every form that sealed fields take."""
