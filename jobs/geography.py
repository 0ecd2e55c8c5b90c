"""Distance on the earth, in Python for one pair and in SQL for many rows (WGS 84 taken as a sphere)."""

import math
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Expression, F, FloatField, Func, IntegerField, Value, When
from django.db.models.functions import ASin, Cast, Cos, Least, Power, Radians, Round, Sin, Sqrt

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = 111_195


@dataclass(frozen=True, slots=True)
class Position:
    latitude: float
    longitude: float


def distance_m(one: Position, other: Position) -> int:
    """Great-circle distance (haversine) in whole metres, good to half a per cent."""
    latitude, other_latitude = math.radians(one.latitude), math.radians(other.latitude)
    half_north = math.sin((other_latitude - latitude) / 2)
    half_east = math.sin(math.radians(other.longitude - one.longitude) / 2)
    chord = half_north**2 + math.cos(latitude) * math.cos(other_latitude) * half_east**2
    return round(2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord))))


def distance_m_in_sql(position: Position, *, latitude: str, longitude: str) -> Expression:
    """The same distance from `position` to two columns; NULL where they are."""
    here = math.radians(position.latitude)
    north = Power(Sin((Radians(F(latitude)) - Value(here)) / 2.0), 2)
    east = Power(Sin(Radians(F(longitude) - Value(position.longitude)) / 2.0), 2)
    chord = north + Value(math.cos(here)) * Cos(Radians(F(latitude))) * east
    metres = Value(2 * EARTH_RADIUS_M) * ASin(Sqrt(Least(Value(1.0), chord)))
    # LEAST leaves out NULLs: without the condition an unknown position would lie at the antipodes.
    known = When(**{f"{latitude}__isnull": False}, then=Cast(Round(metres), IntegerField()))
    return Case(known, output_field=IntegerField())


class Point(Func):
    """`point(longitude, latitude)`, as the GiST index on jobs has it."""

    function = "point"
    arity = 2
    output_field = FloatField()


JOB_POINT = Point("longitude", "latitude")


def degrees_from(position: Position) -> Expression:
    """Ordering by it walks the GiST index outwards from the position. Degrees: a rank for candidates, no distance."""
    return Func(
        JOB_POINT, _point(position), template="(%(expressions)s)", arg_joiner=" <-> ", output_field=FloatField()
    )


def inside_box(position: Position, radius_m: float) -> Expression:
    """Jobs in the box around a circle: what the GiST index can answer. Needs the exact distance behind it."""
    north = radius_m / METRES_PER_DEGREE
    # At the poles a degree of longitude is nothing: the box then goes around the earth.
    east = min(360.0, north / max(1e-6, math.cos(math.radians(min(89.9, abs(position.latitude) + north)))))
    corners = (
        _point(Position(position.latitude - north, position.longitude - east)),
        _point(Position(position.latitude + north, position.longitude + east)),
    )
    box = Func(*corners, function="box")
    return Func(JOB_POINT, box, template="(%(expressions)s)", arg_joiner=" <@ ", output_field=BooleanField())


def _point(position: Position) -> Point:
    return Point(Value(position.longitude), Value(position.latitude))
