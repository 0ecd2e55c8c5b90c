"""What a notification's link leads to, for clients that have screens and no paths, and for hints."""

from typing import Literal

# What a link leads to, by the beginning of its path.
type SubjectType = Literal["application", "assignment", "dispute", "job", "user", "withdrawal"]
SUBJECTS: dict[str, SubjectType] = {
    "/applications/": "application",
    "/assignments/": "assignment",
    "/client/jobs/": "job",
    "/disputes/": "dispute",
    "/jobs/": "job",
    "/reviews/": "user",
    "/wallet/withdrawals/": "withdrawal",
}
# What a link without a number is about: a screen of which each person has one.
SCREENS = {
    "/get-account-details": "bank_account",
    "/reports": "reports",
    "/security": "security",
    "/wallet": "wallet",
    "/wallet/limits": "wallet",
}


def subject_of(link: str) -> tuple[SubjectType, int] | None:
    """The kind and the number of the object that a link opens."""
    for beginning, kind in SUBJECTS.items():
        number = link.removeprefix("/api").removeprefix(beginning)
        if number.isdecimal() and link.endswith(beginning + number):
            return kind, int(number)
    return None


def about_of(link: str) -> tuple[str, int | None]:
    """What a hint names where something behind this link changed: everything, where nobody can say what."""
    return subject_of(link) or (SCREENS.get(link, "everything"), None)
