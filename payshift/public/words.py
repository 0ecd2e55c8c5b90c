"""A public job in words: when, for how much, where."""

from datetime import date
from itertools import chain

from core.moments import city_of, hours_in_words
from core.money import sum_in_words
from jobs.selectors.public import PublicJob
from jobs.words import named_days

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def days_in_words(job: PublicJob) -> str:
    if (days := job.offer.days) is not None:
        return named_days(days)
    if job.date == job.end_date:
        return _day(job.date)
    weekdays = f", {', '.join(WEEKDAYS[day] for day in sorted(job.weekdays))}" if job.weekdays else ""
    return f"{_day(job.date)} to {_day(job.end_date)}{weekdays}"


def times_in_words(job: PublicJob) -> str:
    next_day = " the next day" if job.end_time <= job.start_time else ""
    return f"{job.start_time:%H:%M} to {job.end_time:%H:%M}{next_day} ({city_of(job.time_zone)} time)"


def pay_in_words(job: PublicJob) -> str:
    offer = job.offer
    shifts = "" if offer.shift_count == 1 else f" in {offer.shift_count} shifts"
    return f"{sum_in_words(offer.pay_kobo)} for {hours_in_words(offer.minutes)}{shifts}"


def facts_of(job: PublicJob) -> dict[str, str]:
    """What the page says beside title and description; what is not known is left out."""
    places = "1 place" if job.places_left == 1 else f"{job.places_left} places"
    facts = {
        "Pay": pay_in_words(job),
        "Per hour": sum_in_words(job.rate_kobo),
        "When": days_in_words(job),
        "Hours": times_in_words(job),
        "Break": f"{hours_in_words(job.break_minutes)} in each shift, not paid" if job.break_minutes else "",
        "Where": str(job.area) or "Nigeria",
        "Trade": job.trade,
        "Places left": places,
    }
    return {name: value for name, value in facts.items() if value}


def summary_of(job: PublicJob) -> str:
    """One line, for what shows a link."""
    parts = chain([pay_in_words(job), days_in_words(job)], [str(job.area)] if job.area.locality else [])
    return " · ".join(parts)


def _day(day: date) -> str:
    return f"{day:%a %-d %b %Y}"
