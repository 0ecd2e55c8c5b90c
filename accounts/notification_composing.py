"""A notification's words and link, from the text of its kind and the facts that it is told with."""

from collections.abc import Mapping

from django.conf import settings

from accounts.models import NotificationKind as Kind
from accounts.notification_texts import (
    APPROVED_IN_PART,
    BY_RULE,
    ENDED_IN,
    NEW_TERMS,
    NO_SHOW,
    NOT_AVAILABLE,
    TEXTS,
    Text,
)
from core.moments import hours_in_words
from core.money import sum_in_words

# Parameters that are minutes.
MINUTES = ("asked", "extra", "minutes", "worked")


class _Known(dict[str, str | int]):
    """A parameter that a kind was sent without reads as nothing rather than stopping the message."""

    def __missing__(self, name: str) -> str:
        return ""


def compose(kind: Kind, params: Mapping[str, str | int]) -> tuple[str, str, str]:
    """Title, body and link of one notification."""
    text = _text_of(kind, params)
    # What people typed stays within its line: a title of several could pass for our own words.
    typed: dict[str, str | int] = {
        key: " ".join(value.split()) if isinstance(value, str) else value for key, value in params.items()
    }
    values = _Known({**typed, "name": typed.get("name") or "Somebody", "support": settings.SUPPORT_EMAIL or "support"})
    for key, value in params.items():
        if key.endswith("_kobo"):
            values[key.removesuffix("_kobo")] = sum_in_words(int(value))
        elif key in MINUTES:
            values[key] = hours_in_words(int(value))
    values.update(_clauses(values, refunded=bool(params.get("amount_kobo"))))
    return text.title, text.body.format_map(values), text.link.format_map(values)


def _text_of(kind: Kind, params: Mapping[str, str | int]) -> Text:
    """Some kinds say different things about different facts."""
    if kind is Kind.MINUTES_LOWERED and "worked" not in params:
        return NO_SHOW
    if kind is Kind.PAYMENT_RECEIVED and params.get("ended_in"):
        return ENDED_IN[str(params["ended_in"])]
    if kind is Kind.JOB_CHANGED and params.get("changed"):
        return NEW_TERMS
    if kind is Kind.APPLICATION_WITHDRAWN and params.get("unavailable"):
        return NOT_AVAILABLE
    if kind in BY_RULE and params.get("by_rule"):
        return BY_RULE[kind]
    if kind is Kind.SHIFT_APPROVED and params.get("withheld_kobo"):
        return APPROVED_IN_PART
    return TEXTS[kind]


def _clauses(values: _Known, *, refunded: bool) -> dict[str, str]:
    title, when, place = (values[name] for name in ("job_title", "when", "place"))
    these_days = f" ({values['these_days']} for these days)" if values["these_days"] else ""
    job = f"“{title}”" + (f", {when}" if when else "") + (f", at {place}" if place else "")
    return {
        "job": job if title else "your work",
        "from_job": f" from {job}" if title else "",
        "pay": f", for {values['rate']} an hour{these_days}" if values["rate"] else "",
        "refunded": f" {values['amount']} is in your wallet." if refunded else "",
        "to_account": f", {values['account']}" if values["account"] else "",
    }
