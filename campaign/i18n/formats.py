"""Numbers and dates as the reader writes them. Digits stay 0-9 in every language, so that a number
on the page is the number on a paper form."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from flask import Flask
from flask_babel import get_locale

from campaign.i18n.languages import DEFAULT

GROUP = "\u202f"
BRUSSELS = ZoneInfo("Europe/Brussels")


def init_app(app: Flask) -> None:
    """Offer the formats to the templates."""
    app.jinja_env.filters.update(
        number=number,
        percent=percent,
        date=long_date,
        day_month=day_month,
        datetime=moment,
        month=month,
        country=country_name,
    )


def number(value: int) -> str:
    """17600 → 17 600, grouped by a narrow no-break space (four digits and more)."""
    return f"{value:,}".replace(",", GROUP)


def percent(value: float) -> str:
    """56 → 56 %, with the space that French, German and Dutch typography ask for."""
    return f"{int(value)}{GROUP}%"


def long_date(value: date | datetime | str) -> str:
    """30 septembre 2026, in Brussels time; a day written 2026-09-30 is understood too."""
    return format_date(_day(value), f"{_written_day(_day(value))} MMMM y", locale=_locale())


def day_month(value: date | datetime) -> str:
    """30 septembre, in Brussels time."""
    return format_date(_day(value), f"{_written_day(_day(value))} MMMM", locale=_locale())


def month(value: date | datetime) -> str:
    """septembre 2026, for dates known to the month only."""
    return format_date(_day(value), "MMMM y", locale=_locale())


def moment(value: datetime | str) -> str:
    """27 avril 2026 14:20, in Brussels time. A mail keeps a moment as text (ISO 8601)."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return format_datetime(
        value, f"{_written_day(_day(value))} MMMM y HH:mm", tzinfo=BRUSSELS, locale=_locale()
    )


def country_name(code: str) -> str:
    """A country in the reader's language, else in French, else its code."""
    names = _locale().territories
    return str(names.get(code) or Locale.parse(DEFAULT.code).territories.get(code, code))


def _day(value: date | datetime | str) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    return value.astimezone(BRUSSELS).date() if isinstance(value, datetime) else value


def _written_day(day: date) -> str:
    """The pattern of the day's number: "1er" in French, "2." in German (CLDR does not know)."""
    language = _locale().language
    if language == "fr" and day.day == 1:
        return "d'er'"
    return "d." if language == "de" else "d"


def _locale() -> Locale:
    """The locale Flask-Babel writes in, so that dates and strings of one text always agree."""
    return get_locale() or Locale.parse(DEFAULT.code)
