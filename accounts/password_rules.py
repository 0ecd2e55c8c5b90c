"""A rule for passwords beside Django's own, for every door: the API, admin's forms, commands."""

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError

MAX_LENGTH = 128


class MaximumLengthValidator:
    """The API reads no longer password at log-in: a longer one would lock its owner out."""

    def __init__(self, max_length: int = MAX_LENGTH) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(f"This password is too long. {self.get_help_text()}", code="password_too_long")

    def get_help_text(self) -> str:
        return f"It must contain at most {self.max_length} characters."
