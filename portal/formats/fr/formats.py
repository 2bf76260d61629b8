"""As they are said at a counter: 3 févr. 2026 à 15 h 04. The narrow space keeps number and unit on one line."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "G\u202f\\h\u202fi"
DATETIME_FORMAT = "j N Y à G\u202f\\h\u202fi"
SHORT_DATE_FORMAT = "d/m/Y"
SHORT_DATETIME_FORMAT = "d/m/Y G\u202f\\h\u202fi"
