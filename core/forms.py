"""Form fields that more than one app asks with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django import forms

from core.errors import PayshiftError
from core.texts import one_line, readable

MOST_DIGITS = 14


@contextmanager
def refused_on_the_form() -> Iterator[None]:
    """A service's refusal, said where the person filled in the form."""
    try:
        yield
    except PayshiftError as error:
        raise forms.ValidationError(error.detail) from None


def refuse_deceiving(text: Any) -> None:
    """A validator of what others read, in several lines. Fields that make something else of the text judge that."""
    _refuse(text, readable)


def refuse_deceiving_line(text: Any) -> None:
    """The same of one line."""
    _refuse(text, one_line)


def _refuse(text: Any, rule: Callable[[str], str]) -> None:
    try:
        if isinstance(text, str):
            rule(text)
    except ValueError as error:
        raise forms.ValidationError(str(error), code="deceiving") from None


def keep_readable(field: forms.Field | None) -> None:
    """Have a field of text refuse what would deceive its readers. Passwords are taken as they are typed."""
    if not isinstance(field, forms.CharField) or isinstance(field.widget, forms.PasswordInput):
        return
    # Of a list, each text in it.
    keep_readable(getattr(field, "base_field", None))
    validator = refuse_deceiving if isinstance(field.widget, forms.Textarea) else refuse_deceiving_line
    if validator not in field.validators:
        field.validators.append(validator)


class NairaField(forms.DecimalField):
    """Typed in naira with two decimals, as people and statements have it; cleaned to whole kobo, without rounding."""

    default_error_messages = {
        "max_decimal_places": "An amount has at most two decimals: there is nothing smaller than a kobo.",
        "min_value": "At least 0.01 naira.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=MOST_DIGITS, decimal_places=2, min_value=Decimal("0.01"), **kwargs)
        for validator in self.validators:
            if getattr(validator, "code", "") == "min_value":
                validator.message = self.error_messages["min_value"]  # type: ignore[attr-defined]

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs inherit it from integers
        """As it was read or pasted: `₦1,250.50` is 1250.50."""
        if isinstance(value, str):
            value = value.strip().removeprefix("₦").replace(",", "").replace(" ", "")
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and -value.as_tuple().exponent > 2:
            raise forms.ValidationError(self.error_messages["max_decimal_places"], code="max_decimal_places")

    def run_validators(self, value: Any) -> None:
        if value not in self.empty_values:
            super().run_validators(value)

    def clean(self, value: Any) -> int | None:  # kobo are inside, naira are for people
        naira = super().clean(value)
        return None if naira is None else int(naira.scaleb(2))
