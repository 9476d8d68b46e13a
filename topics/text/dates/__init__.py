"""Dates in English, German, French, Spanish, Russian and Chinese.

``columns``     the dates of a column: order of day and month, serial numbers, what is not understood
``free_text``   the first full date in a text
``grammar``     one date -> ISO 8601
``names``       names of months and weekdays
"""

from topics.text.dates.columns import DateColumn, read_dates
from topics.text.dates.free_text import DATE, find_date
from topics.text.dates.names import calendar_words

__all__ = ["DATE", "DateColumn", "calendar_words", "find_date", "read_dates"]
