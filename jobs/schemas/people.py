from datetime import datetime
from typing import Annotated

from accounts.face_schemas import AverageRating, FaceOut, ReviewsCount
from accounts.faces import reliability
from accounts.models import CustomUser
from core.rows import From
from core.schemas import Out
from jobs.selectors.scoring import in_points


class PersonOut(FaceOut):
    """The public face of a person, beside what they did. `rating` is null without reviews."""

    rating: AverageRating
    reviews_count: ReviewsCount

    @staticmethod
    def resolve_rating(user: CustomUser) -> float | None:
        return user.profile.rating

    @staticmethod
    def resolve_reviews_count(user: CustomUser) -> int:
        return user.profile.reviews_count


class WorkerOut(PersonOut):
    """What a client sees of an applicant. `reliability` = approved / (approved + no-shows + late cancellations)."""

    bio: Annotated[str, From("profile__bio")]
    skills: Annotated[list[str], From("profile__skills")]
    approved_count: Annotated[int, From("profile__approved_count")]
    reliability: Annotated[
        float | None,
        From("profile__approved_count", "profile__no_show_count", "profile__late_cancel_count", by=reliability),
    ]

    @staticmethod
    def resolve_bio(user: CustomUser) -> str:
        return user.profile.bio

    @staticmethod
    def resolve_skills(user: CustomUser) -> list[str]:
        return user.profile.skills

    @staticmethod
    def resolve_approved_count(user: CustomUser) -> int:
        return user.profile.approved_count

    @staticmethod
    def resolve_reliability(user: CustomUser) -> float | None:
        return user.profile.reliability


def parts_of_score(schema: type[Out]) -> From:
    """The fields of the schema in points, of the columns that `selectors.scoring` makes."""
    parts = tuple(schema.model_fields)
    return From(
        *(f"{part}_part" for part in parts), by=lambda *tenths: dict(zip(parts, map(in_points, tenths), strict=True))
    )


class WorkedForYouOut(WorkerOut):
    """A worker with approved shifts on the caller's jobs."""

    shifts_for_you: int
    last_worked_at: datetime
    # Told of the caller's new jobs before others, and first asked when a place comes free.
    favourite: bool
