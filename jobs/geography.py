"""Distance on the earth, in Python for one pair and in SQL for many rows (WGS 84 taken as a sphere)."""

import math
from dataclasses import dataclass

from django.conf import settings
from django.db.models import BigIntegerField, Case, Expression, F, FloatField, Func, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ASin, Cast, Cos, Floor, Greatest, Least, Power, Radians, Sin, Sqrt
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.crypto import salted_hmac

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = 111_195


@dataclass(frozen=True, slots=True)
class Position:
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class PositionInSql:
    latitude: Combinable
    longitude: Combinable


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a map. `west` may be greater than `east`: it then goes on beyond the 180th meridian."""

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True, slots=True)
class BoxInSql:
    south: Combinable
    north: Combinable
    west: Combinable
    east: Combinable


def distance_m(one: Position, other: Position) -> int:
    """Great-circle distance (haversine) in whole metres, good to half a per cent."""
    latitude, other_latitude = math.radians(one.latitude), math.radians(other.latitude)
    half_north = math.sin((other_latitude - latitude) / 2)
    half_east = math.sin(math.radians(other.longitude - one.longitude) / 2)
    chord = half_north**2 + math.cos(latitude) * math.cos(other_latitude) * half_east**2
    return round(2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord))))


def distance_m_in_sql(
    position: Position | PositionInSql, *, latitude: str, longitude: str, person: str = ""
) -> Expression:
    """The same distance from `position` to two columns; NULL where they are.

    With the column of a `person`, whose home they are, it is the distance to the place that screens it.
    """
    there: tuple[Combinable, Combinable] = (F(latitude), F(longitude))
    if person:
        there = screened(latitude=latitude, longitude=longitude, person=person)
    here, narrow, longitude_here = _terms_of(position)
    north = Power(Sin((Radians(there[0]) - here) / 2.0), 2)
    east = Power(Sin(Radians(there[1] - longitude_here) / 2.0), 2)
    chord = north + narrow * Cos(Radians(there[0])) * east
    metres = Value(2 * EARTH_RADIUS_M) * ASin(Sqrt(Least(Value(1.0), chord)))
    # LEAST leaves out NULLs: without the condition an unknown position would lie at the antipodes.
    known = When(**{f"{latitude}__isnull": False}, then=rounded(metres))
    return Case(known, output_field=IntegerField())


def _terms_of(position: Position | PositionInSql) -> tuple[Combinable, Combinable, Combinable]:
    """The latitude in radians, its cosine, and the longitude: what is known before the query is not left to it."""
    if isinstance(position, PositionInSql):
        return Radians(position.latitude), Cos(Radians(position.latitude)), position.longitude
    here = math.radians(position.latitude)
    return Value(here), Value(math.cos(here)), Value(position.longitude)


# Of a person's home, others are shown distances to a place two and a half to four kilometres away from it, always the
# same, on a grid of about one kilometre: however often a job is moved, it is that place that is found.
SCREEN_NEAR_M, SCREEN_SPREAD_M = 2500, 1500
GRID_DEGREES = 0.01


def screened(*, latitude: str, longitude: str, person: str) -> tuple[Combinable, Combinable]:
    """Where others are told that a home is: the columns' place, moved in a direction and by a length of its own.

    Both follow from the person's id under the secret key, so that nobody can take them back.
    """
    key = int.from_bytes(salted_hmac("homes", "", secret=settings.SECRET_KEY, algorithm="sha256").digest()[:7])
    direction = Radians(Cast(Lot(person, key=key, upto=3600), FloatField()) / Value(10.0))
    metres = Cast(Lot(person, key=key + 1, upto=SCREEN_SPREAD_M), FloatField()) + Value(float(SCREEN_NEAR_M))
    degrees = metres / Value(float(METRES_PER_DEGREE))
    # Towards the poles a degree of longitude is shorter; at the pole itself there is no home.
    narrow = Greatest(Value(0.05), Cos(Radians(F(latitude))))
    return (
        _on_grid(F(latitude) + degrees * Cos(direction)),
        _on_grid(F(longitude) + degrees * Sin(direction) / narrow),
    )


class Lot(Func):
    """A number below `upto`, the same for a person each time."""

    template = "mod(abs(mod(hashint8extended(%(expressions)s), 1000000007)), %(upto)s)"
    output_field = IntegerField()

    def __init__(self, person: str, *, key: int, upto: int) -> None:
        whose, lot = Cast(F(person), BigIntegerField()), Cast(Value(key, BigIntegerField()), BigIntegerField())
        super().__init__(whose, lot, upto=upto)


def _on_grid(degrees: Combinable) -> Combinable:
    return Cast(Floor(degrees / Value(GRID_DEGREES) + Value(0.5)), FloatField()) * Value(GRID_DEGREES)


def rounded(number: Combinable) -> Expression:
    """A positive float as the nearest integer. Django's `Round` goes by way of NUMERIC, which costs the most here."""
    return Cast(Floor(number + Value(0.5)), IntegerField())


class Point(Func):
    """`point(longitude, latitude)`, as the GiST index on jobs has it."""

    function = "point"
    arity = 2
    output_field = FloatField()


JOB_POINT = Point("longitude", "latitude")


def degrees_from(position: Position | PositionInSql) -> Expression:
    """Ordering by it walks the GiST index outwards from the position. Degrees: a rank for candidates, no distance."""
    return Func(
        JOB_POINT, _point(position), template="(%(expressions)s)", arg_joiner=" <-> ", output_field=FloatField()
    )


def box_around(position: Position, radius_m: float) -> Box:
    """The box around a circle, a little larger. Around a pole, every longitude is near."""
    # Distances are rounded: half a metre outside still counts.
    north = (radius_m + 1) / METRES_PER_DEGREE
    furthest = abs(position.latitude) + north
    east = 180.0 if furthest >= 90 else min(180.0, north / math.cos(math.radians(furthest)))
    west_end, east_end = position.longitude - east, position.longitude + east
    if east == 180:
        west_end, east_end = -180.0, 180.0
    # Beyond the 180th meridian it goes on at the other end of the numbers.
    elif west_end < -180:
        west_end += 360
    elif east_end > 180:
        east_end -= 360
    return Box(position.latitude - north, position.latitude + north, west_end, east_end)


def in_box(position: Position, radius_m: float) -> Q:
    """What lies in the box around a circle. Needs the exact distance behind it."""
    return within(box_around(position, radius_m))


def within(box: Box | BoxInSql) -> Q:
    """What lies in a part of the map.

    As ranges of both columns, whose statistics tell PostgreSQL whether many rows are in it (then it walks along the
    listing's order) or few (then it asks the GiST index, which has these columns as well). Of a box in SQL the planner
    keeps one of the two alternatives, as soon as it knows the values.
    """
    latitudes = Q(latitude__range=(box.south, box.north))
    between = Q(longitude__range=(box.west, box.east))
    beyond = Q(longitude__gte=box.west) | Q(longitude__lte=box.east)
    if isinstance(box, Box):
        return latitudes & (between if box.west <= box.east else beyond)
    return latitudes & (Q(LessThanOrEqual(box.west, box.east)) & between | Q(GreaterThan(box.west, box.east)) & beyond)


def _point(position: Position | PositionInSql) -> Point:
    if isinstance(position, PositionInSql):
        return Point(position.longitude, position.latitude)
    return Point(Value(position.longitude), Value(position.latitude))
