"""What is shown of a person that no column holds, made of the columns' values: by models, and by lists without them."""

from django.core.files.storage import default_storage


def full_name(first_name: str, last_name: str) -> str:
    return f"{first_name} {last_name}".strip()


def average_rating(rating_sum: int, reviews_count: int) -> float | None:
    """To two digits; None without reviews."""
    return round(rating_sum / reviews_count, 2) if reviews_count else None


def avatar_url(name: str | None) -> str | None:
    """Where the picture of this name is served; None without one."""
    return default_storage.url(name) if name else None
