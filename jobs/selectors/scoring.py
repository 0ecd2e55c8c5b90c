"""The arithmetic that both rankings share. Parts are integers in tenths of a point, and their sum is the score.

- A rating with few reviews is drawn to the mean: (sum of ratings + 5 x 4.0) / (reviews + 5), of which 1 is nothing and
  5 is all.
- Reliability likewise: (kept + 3 x 0.8) / (kept + broken + 3). A worker's kept shifts are the approved ones, the broken
  ones no-shows and late cancellations; a client keeps by approved shifts, and breaks by canceling late.
- Nearness is half at 10 km: 10 / (10 + whole km). Whole ones, because exact distances would give homes away. Nothing
  without both positions.
- Experience grows ever slower: n / (n + 5), where n counts approved shifts in the industry, those in the very
  subcategory twice.
- A skill that names the subcategory counts fully, one that names the industry 0.6.
"""

from django.db.models import Case, Expression, F, FloatField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from jobs.geography import rounded

TENTHS = 10
MEAN_RATING, RATING_WEIGHT = 4.0, 5.0
MEAN_RELIABILITY, RELIABILITY_WEIGHT = 0.8, 3.0
HALF_DISTANCE_KM = 10.0
HALF_EXPERIENCE = 5.0
INDUSTRY_SKILL = 0.6


def in_points(tenths: int) -> float:
    return tenths / TENTHS


def points(weight: int, fraction: Combinable) -> Expression:
    """`weight` points for a fraction of 1, in tenths."""
    return rounded(Value(float(weight * TENTHS)) * fraction)


def rating_fraction(profile: str) -> Combinable:
    total = Cast(F(f"{profile}__rating_sum"), FloatField()) + Value(MEAN_RATING * RATING_WEIGHT)
    return (total / (F(f"{profile}__reviews_count") + Value(RATING_WEIGHT)) - Value(1.0)) / Value(4.0)


def worker_reliability_fraction(profile: str = "") -> Combinable:
    """Of the profile that `profile` leads to, or of the row itself."""
    at = f"{profile}__" if profile else ""
    absent = F(f"{at}no_show_count") + F(f"{at}late_cancel_count")
    return _reliability(F(f"{at}approved_count"), absent)


def client_reliability_fraction(profile: str) -> Combinable:
    return _reliability(F(f"{profile}__given_count"), F(f"{profile}__called_off_count"))


def _reliability(kept: F, broken: Combinable) -> Combinable:
    mean = Value(MEAN_RELIABILITY * RELIABILITY_WEIGHT)
    return (Cast(kept, FloatField()) + mean) / (kept + broken + Value(RELIABILITY_WEIGHT))


def nearness_fraction(distance_km: str) -> Combinable:
    near = Value(HALF_DISTANCE_KM) / (Value(HALF_DISTANCE_KM) + F(distance_km))
    return Coalesce(near, Value(0.0), output_field=FloatField())


def experience_fraction(done: str) -> Combinable:
    """n / (n + 5), written so that it names `done` once: a name is a copy of its whole expression."""
    return Value(1.0) - Value(HALF_EXPERIENCE) / (F(done) + Value(HALF_EXPERIENCE))


def yes_or_no(condition: Q | Combinable) -> Case:
    return Case(When(condition, then=Value(1.0)), default=Value(0.0), output_field=FloatField())


def whole_km(distance_m: Combinable) -> Expression:
    return rounded(distance_m / Value(1000.0))


def skill_fraction(*, subcategory: object, industry: object) -> Case:
    """`subcategory` and `industry` are the conditions under which a skill names either."""
    return Case(
        When(subcategory, then=Value(1.0)),
        When(industry, then=Value(INDUSTRY_SKILL)),
        default=Value(0.0),
        output_field=FloatField(),
    )
