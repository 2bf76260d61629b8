"""One-time codes, recovery codes and enrolment grants."""
