from datetime import datetime

from accounts.face_schemas import AverageRating, FaceOut, ReviewsCount
from accounts.models import CustomUser


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

    bio: str
    skills: list[str]
    approved_count: int
    reliability: float | None

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


class WorkedForYouOut(WorkerOut):
    """A worker with approved shifts on the caller's jobs."""

    shifts_for_you: int
    last_worked_at: datetime
    # Told of the caller's new jobs before others, and first asked when a place comes free.
    favourite: bool
