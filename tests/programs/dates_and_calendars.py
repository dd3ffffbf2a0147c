# Dates: arithmetic, time zones, ISO weeks, formats and parsing, calendars as text, recurring events, ages, working days.
import calendar
import datetime as dt
import itertools
import zoneinfo
from datetime import date, datetime, time, timedelta, timezone

leap = date(2024, 2, 29)
print(leap, repr(leap), leap.isoformat(), leap.weekday(), leap.isoweekday(), tuple(leap.isocalendar()), leap.toordinal(), date.fromordinal(1), leap.timetuple().tm_yday)
print(leap + timedelta(days=366), leap - date(2023, 2, 28), leap.replace(year=2028), date.max - date.min, (leap - timedelta(weeks=8)).ctime())
for bad in (lambda: leap.replace(year=2023), lambda: date(2024, 13, 1), lambda: date.fromisoformat("2024-02-30"), lambda: date.max + timedelta(1), lambda: leap < datetime(2024, 1, 1), lambda: time(25)):
    try:
        print(bad())
    except (ValueError, OverflowError, TypeError) as error:
        print(type(error).__name__)
delta = timedelta(days=1, hours=-30, milliseconds=1500, microseconds=7)
print(delta, repr(delta), delta.total_seconds(), abs(delta), -delta, delta * 2.5, delta / timedelta(minutes=1), delta // timedelta(seconds=7), divmod(timedelta(hours=5), timedelta(minutes=42)), timedelta.resolution)
moment = datetime(2024, 3, 31, 1, 30, 15, 123456, tzinfo=timezone.utc)
print(moment, moment.isoformat(timespec="milliseconds"), moment.timestamp(), moment.astimezone(timezone(timedelta(hours=5, minutes=45), "NPT")), moment.time(), moment.timetz())
print(moment.strftime("%Y-%m-%d %H:%M:%S.%f %z %Z %a %A %b %B %j %U %W %u %w %y %I %p %% %G-W%V"), f"{moment:%d.%m.%Y um %H:%M}", f"{leap:>15}")
for text in ("2024-02-29", "20240229", "2024-W09-4", "2024-02-29T12:30", "2024-02-29 12:30:15.5", "2024-02-29T12:30:15+02:00", "20240229T123015Z"):
    print(datetime.fromisoformat(text), end="; ")
print()
for text, form in (("29 Feb 2024 07:05 PM", "%d %b %Y %I:%M %p"), ("60/2024", "%j/%Y"), ("2024 09 4", "%G %V %u"), ("12:00 +0530", "%H:%M %z"), ("Thursday, 29. February 24", "%A, %d. %B %y")):
    print(datetime.strptime(text, form), end="; ")
print()
for text, form in (("x", "%Y"), ("2024-01", "%Y-%m-%d"), ("2024-01-01 z", "%Y-%m-%d")):
    try:
        datetime.strptime(text, form)
    except ValueError as error:
        print(error)
try:
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
except zoneinfo.ZoneInfoNotFoundError:
    berlin = None


class Summer(dt.tzinfo):
    """One hour more from the last Sunday of March to the last of October, at 01:00 UTC."""

    def utcoffset(self, when):
        return timedelta(hours=1) + self.dst(when)

    def dst(self, when):
        begin, end = (self.last_sunday(when.year, month) for month in (3, 10))
        return timedelta(hours=1) if begin + timedelta(hours=2) <= when.replace(tzinfo=None) < end + timedelta(hours=3 - when.fold) else timedelta(0)

    def tzname(self, when):
        return "MESZ" if self.dst(when) else "MEZ"

    @staticmethod
    def last_sunday(year, month):
        last = datetime(year, month, calendar.monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() + 1) % 7)


zone = Summer()
for hours in range(-2, 2):
    local = datetime(2024, 3, 31, 2, 0, tzinfo=zone) + timedelta(hours=hours)
    print(local, local.tzname(), end=" | ")
print(datetime(2024, 7, 1, tzinfo=zone) - datetime(2024, 1, 1, tzinfo=zone), datetime(2024, 7, 1, tzinfo=zone).astimezone(timezone.utc))
print(calendar.month(2024, 2), calendar.monthrange(2023, 2), calendar.isleap(1900), calendar.leapdays(1900, 2001), calendar.weekday(2000, 1, 1))
print(calendar.TextCalendar(calendar.SUNDAY).formatmonth(2023, 10, w=3))
print([week for week in calendar.Calendar().monthdayscalendar(2021, 2)], calendar.day_abbr[0], calendar.month_name[12], calendar.Month.MAY, calendar.timegm((1970, 1, 2, 0, 0, 0)))


def working_days(start, holidays=()):
    for day in itertools.accumulate(itertools.repeat(timedelta(1)), initial=start, func=lambda d, step: d + step):
        if day.weekday() < 5 and day not in holidays:
            yield day


def monthly(start, day):
    for n in itertools.count():
        year, month = divmod(start.year * 12 + start.month - 1 + n, 12)
        yield date(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))


def easter(year):
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - ((b - (b + 8) // 25 + 1) // 3) + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - (c % 4)) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def age(born, today):
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


print([f"{d:%a %d}" for d in itertools.islice(working_days(date(2024, 3, 27), {date(2024, 3, 29), date(2024, 4, 1)}), 5)])
print([str(d) for d in itertools.islice(monthly(date(2023, 11, 1), 31), 5)], [easter(y).isoformat() for y in (2000, 2024, 2025)], age(leap, date(2025, 2, 28)), age(leap, date(2025, 3, 1)))
print(sorted([datetime(2024, 1, 1, 12, tzinfo=timezone.utc), datetime(2024, 1, 1, 12, 30, tzinfo=timezone(timedelta(hours=1)))])[0].tzinfo, time(1, 2, 3, 4).isoformat(), time.fromisoformat("04:05"), bool(time()), hash(leap) == hash(date(2024, 2, 29)))
