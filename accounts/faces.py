"""What is shown of a person that no column holds, made of the columns' values: by models, and by lists without them."""

from django.core.files.storage import default_storage


def full_name(first_name: str, last_name: str) -> str:
    return f"{first_name} {last_name}".strip()


def average_rating(rating_sum: int, reviews_count: int) -> float | None:
    """To two digits; None without reviews."""
    return round(rating_sum / reviews_count, 2) if reviews_count else None


def reliability(approved_count: int, no_show_count: int, late_cancel_count: int) -> float | None:
    """approved / (approved + no-shows + late cancellations); None with none."""
    total = approved_count + no_show_count + late_cancel_count
    return round(approved_count / total, 4) if total else None


def avatar_url(name: str | None) -> str | None:
    """Where the picture of this name is served, 512 pixels wide; None without one."""
    return default_storage.url(name) if name else None


def small_avatar_name(name: str) -> str:
    """The file of the same picture for lists, 96 pixels wide."""
    return f"{name.removesuffix('.webp')}-96.webp"


def small_avatar_url(name: str | None) -> str | None:
    return avatar_url(small_avatar_name(name)) if name else None
