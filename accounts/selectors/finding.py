"""People as those who answer the phone look for them: by name, e-mail, handle, phone, or the end of an account."""

from collections.abc import Sequence

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower, Right

from accounts.models import BankAccount, CustomUser, Profile
from accounts.models.user import words_of_people
from core.words import fold

LAST_DIGITS = 4


def people_named(words: Sequence[str]) -> QuerySet[CustomUser]:
    """Each word begins a name, the handle, or a part of the e-mail before its @. By the index of words."""
    beginnings = " & ".join(f"{word}:*" for word in words)
    return CustomUser.objects.alias(words=words_of_people()).filter(
        words=SearchQuery(beginnings, config="simple", search_type="raw")
    )


def people_with_email(beginning: str) -> QuerySet[CustomUser]:
    """Whose address begins so. The words before the @ find it by index; it is compared whole then."""
    local = beginning.partition("@")[0]
    words = "".join(char if char.isalnum() else " " for char in fold(local)).split()
    named = people_named(words) if words else CustomUser.objects.all()
    return named.alias(small=Lower("email")).filter(small__startswith=beginning.lower())


def owners_of_phone(phone: str) -> QuerySet[Profile]:
    return Profile.objects.filter(phone=phone)


def owners_of_account(digits: str) -> QuerySet[BankAccount]:
    """By the last four digits, or by all ten."""
    ending = BankAccount.objects.alias(ending=Right("account_number", Value(LAST_DIGITS)))
    found = ending.filter(ending=digits[-LAST_DIGITS:])
    return found if len(digits) == LAST_DIGITS else found.filter(account_number=digits)
