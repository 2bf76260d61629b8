"""Numbers of people who do not exist: their communes were never attributed."""

from datetime import date

CLAIRE_NIR = "284054999901261"
AMINE_NIR = "175019999000297"
CLAIRE_BORN = date(1984, 5, 17)
CLAIRE_NAME = "Martin"
