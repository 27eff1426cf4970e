"""Dates as people write them in front matter, from ISO 8601 to `April 23, 2018`.

Which number is day and which is month is never guessed: `03-04-2021` is no date, unless the file's name has one of the
two; both are in the hint.
A time without a zone is one of the site's time zone.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

import msgspec

__all__ = ["DateProblem", "date_of_name", "parse_date", "problem_of_name"]

YEARS = range(1000, 9999)
"""Years that have four digits and can be moved to any time zone without leaving what `datetime` knows."""

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}

_TIME = r"""
    (?: [Tt\s,]\s* (?P<hour>\d{1,2}) : (?P<minute>\d{2}) (?: : (?P<second>\d{2}) (?: [.,] (?P<fraction>\d+) )? )?
        \s* (?P<zone> [Zz] | (?:UTC|GMT)? [+-] \d{1,2} (?: :? \d{2} )? | UTC | GMT )?
    )?
"""
_FLAGS = re.ASCII | re.VERBOSE | re.IGNORECASE
_SHAPES = (
    re.compile(
        r"(?P<year>\d{4}) (?P<separator>[-/.]) (?P<month>\d{1,2}) (?P=separator) (?P<day>\d{1,2})" + _TIME, _FLAGS
    ),
    re.compile(r"(?P<name>[a-z]{3,9})\.? \s+ (?P<day>\d{1,2}) (?:st|nd|rd|th)? ,? \s+ (?P<year>\d{4})" + _TIME, _FLAGS),
    re.compile(
        r"(?P<day>\d{1,2}) (?:st|nd|rd|th|\.)? \s+ (?P<name>[a-z]{3,9})\.? ,? \s+ (?P<year>\d{4})" + _TIME, _FLAGS
    ),
)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_MONTH = re.compile(r"(?P<name>[a-z]{3,9}) \.? ,? \s (?P<year>\d{4}) | (?P<first>\d{4})[-/.](?P<month>\d{1,2})", _FLAGS)
_ZONE = re.compile(r"([+-])(\d{1,2}):?(\d{2})?\Z", re.ASCII)


class DateProblem(msgspec.Struct, frozen=True):
    """Why a text is no date."""

    message: str
    hint: str
    readings: tuple[str, ...] = ()
    """The days that it can be, as `YYYY-MM-DD`, if there are two of them; of a month alone, its first day."""


_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:-(?P<rest>.+))?", re.ASCII)


def date_of_name(name: str, zone: dt.tzinfo = dt.UTC) -> tuple[dt.datetime | None, str]:
    """Return the date that a file's name begins with, and the rest of it: `2017-04-20-name`.

    A name without a date, or with a day that does not exist, is returned whole. `name` has no ending.
    """
    match = _NAME.fullmatch(name)
    date = _dated(match, zone) if match else None
    return (date, match["rest"] or name) if match and isinstance(date, dt.datetime) else (None, name)


def problem_of_name(name: str) -> DateProblem | None:
    """Return why the numbers that a file's name begins with are no date, `2017-13-45-name`; None where all is well."""
    match = _NAME.fullmatch(name)
    date = _dated(match, dt.UTC) if match else None
    return date if isinstance(date, DateProblem) else None


def _dated(match: re.Match[str], zone: dt.tzinfo) -> dt.datetime | DateProblem:
    return parse_date("-".join(match.group(1, 2, 3)), zone)


def parse_date(text: str, zone: dt.tzinfo = dt.UTC) -> dt.datetime | DateProblem:
    """Read a date, with or without a time of day; the result has a time zone, `zone` where none was written."""
    text = " ".join(text.split())
    for shape in _SHAPES:
        match = shape.fullmatch(text)
        if match and (match.groupdict().get("name") or "jan").lower() in MONTHS:
            return _date(match.groupdict(), zone)
    month = _MONTH.fullmatch(text)
    if month and (month["name"] or "jan").lower() in MONTHS:
        number = MONTHS[month["name"].lower()] if month["name"] else int(month["month"])
        first = f"{month['year'] or month['first']}-{number:02}-01"
        if not isinstance(parse_date(first, zone), DateProblem):
            return DateProblem("this month has no day", f"write it like {first}", (first,))
    match = _YEAR_LAST.match(text)
    if match:
        return _year_last([int(part) for part in match.groups()], zone, whole=match.end() == len(text))
    return DateProblem("this is not a date", "write it like 2017-01-20 or 2017-01-20T22:12:03+02:00")


def _date(parts: dict[str, str | None], default: dt.tzinfo) -> dt.datetime | DateProblem:
    """Build the date of a matched shape; all parts are digits but `name` and `zone`."""
    year, day = int(parts["year"] or 0), int(parts["day"] or 0)
    month = MONTHS[(parts.get("name") or "").lower()] if parts.get("name") else int(parts["month"] or 0)
    if year not in YEARS:
        return DateProblem(f"the year {year} is out of range", f"years run from {YEARS[0]} to {YEARS[-1]}")
    if not 1 <= month <= 12:
        swapped = " (day and month may be swapped)" if day <= 12 else ""
        return DateProblem(f"there is no month {month}", f"months run from 1 to 12{swapped}")
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        return DateProblem("there is no such day", f"{calendar.month_name[month]} {year} has {days} days")
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        return DateProblem("there is no such time of day", "the time runs from 00:00:00 to 23:59:59")
    zone = _zone(parts["zone"]) if parts["zone"] else default
    if zone is None:
        return DateProblem("there is no such time zone", "an offset such as +02:00 is less than 24 hours")
    microsecond = int((parts["fraction"] or "0")[:6].ljust(6, "0"))
    return _fixed(dt.datetime(year, month, day, hour, minute, second, microsecond, tzinfo=zone))


def _fixed(date: dt.datetime) -> dt.datetime:
    """Return the same moment with its zone as an offset, which can be written and read again."""
    offset = date.utcoffset()
    return date.replace(tzinfo=dt.timezone(offset) if offset else dt.UTC)


def _zone(text: str) -> dt.timezone | None:
    match = _ZONE.search(text)
    if match is None:
        return dt.UTC
    sign, hours, minutes = match.group(1), int(match.group(2)), int(match.group(3) or 0)
    if hours > 23 or minutes > 59:
        return None
    offset = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-offset if sign == "-" else offset)


def _year_last(numbers: list[int], zone: dt.tzinfo, *, whole: bool) -> dt.datetime | DateProblem:
    """Read a date that ends in its year, if it can be read in one way only; else say how to write it."""
    first, second, year = numbers
    readings = [
        f"{year:04}-{month:02}-{day:02}"
        for month, day in dict.fromkeys([(first, second), (second, first)])
        if year in YEARS and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    ]
    if len(readings) == 1 and whole:
        return parse_date(readings[0], zone)
    hint = "write " + " or ".join(readings) if readings else "write it like 2017-01-20"
    return DateProblem("the year must come first", hint, tuple(readings) if len(readings) == 2 and whole else ())
