"""The area of a job, for people whom its address does not concern: a place that everybody knows, of this table alone.

What the client typed is looked through for such a name and never shown; without one the nearest place is said.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import chain

from jobs.geography import Position, distance_m

# Further away than this, the nearest known place says nothing about where the work is.
NEAR_M = 30_000


@dataclass(frozen=True, slots=True)
class Area:
    """Both empty where nothing is known."""

    locality: str = ""
    region: str = ""

    def __str__(self) -> str:
        return ", ".join(dict.fromkeys(name for name in (self.locality, self.region) if name))


# Quarters of the two cities where most shifts are.
QUARTERS: dict[str, tuple[tuple[str, float, float], ...]] = {
    "Lagos": (
        ("Ikeja", 6.6018, 3.3515),
        ("Lagos Island", 6.4541, 3.3947),
        ("Victoria Island", 6.4281, 3.4219),
        ("Ikoyi", 6.4549, 3.4346),
        ("Lekki", 6.4474, 3.4723),
        ("Ajah", 6.4667, 3.5833),
        ("Surulere", 6.4969, 3.3535),
        ("Yaba", 6.5095, 3.3711),
        ("Maryland", 6.5717, 3.3676),
        ("Apapa", 6.4489, 3.3592),
        ("Oshodi", 6.5568, 3.3435),
        ("Mushin", 6.5273, 3.3539),
        ("Ikorodu", 6.6194, 3.5105),
        ("Agege", 6.6219, 3.3258),
        ("Badagry", 6.4316, 2.8876),
        ("Epe", 6.5841, 3.9833),
    ),
    "Abuja": (
        ("Wuse", 9.0765, 7.4693),
        ("Garki", 9.0322, 7.487),
        ("Maitama", 9.0882, 7.4951),
        ("Asokoro", 9.0419, 7.5248),
        ("Jabi", 9.0667, 7.4256),
        ("Utako", 9.068, 7.442),
        ("Gwarinpa", 9.1099, 7.4042),
        ("Kubwa", 9.1538, 7.3221),
    ),
}
CITIES: dict[str, tuple[tuple[str, float, float], ...]] = {
    "Lagos": (("Lagos", 6.5244, 3.3792),),
    "Abuja": (("Abuja", 9.0579, 7.4951),),
    "Abia": (("Aba", 5.1066, 7.3667), ("Umuahia", 5.5249, 7.4946)),
    "Adamawa": (("Yola", 9.2035, 12.4954),),
    "Akwa Ibom": (("Uyo", 5.0513, 7.9335),),
    "Anambra": (("Awka", 6.2209, 7.067), ("Onitsha", 6.1667, 6.7833), ("Nnewi", 6.0105, 6.9103)),
    "Bauchi": (("Bauchi", 10.3158, 9.8442),),
    "Bayelsa": (("Yenagoa", 4.9247, 6.2642),),
    "Benue": (("Makurdi", 7.7337, 8.5214),),
    "Borno": (("Maiduguri", 11.8333, 13.15),),
    "Cross River": (("Calabar", 4.9589, 8.3269),),
    "Delta": (("Asaba", 6.1985, 6.7319), ("Warri", 5.5174, 5.7501)),
    "Ebonyi": (("Abakaliki", 6.3249, 8.1137),),
    "Edo": (("Benin City", 6.3392, 5.6174),),
    "Ekiti": (("Ado Ekiti", 7.6211, 5.2214),),
    "Enugu": (("Enugu", 6.4413, 7.4988),),
    "Gombe": (("Gombe", 10.2897, 11.1673),),
    "Imo": (("Owerri", 5.4836, 7.0333),),
    "Jigawa": (("Dutse", 11.7562, 9.339),),
    "Kaduna": (("Kaduna", 10.5264, 7.4388), ("Zaria", 11.0855, 7.7199)),
    "Kano": (("Kano", 12.0022, 8.592),),
    "Katsina": (("Katsina", 12.9908, 7.6018),),
    "Kebbi": (("Birnin Kebbi", 12.4539, 4.1975),),
    "Kogi": (("Lokoja", 7.8023, 6.7333),),
    "Kwara": (("Ilorin", 8.4966, 4.5421),),
    "Nasarawa": (("Lafia", 8.4966, 8.5157),),
    "Niger": (("Minna", 9.6139, 6.5569),),
    "Ogun": (("Abeokuta", 7.1557, 3.3451), ("Ota", 6.6804, 3.2356), ("Ijebu Ode", 6.8194, 3.9173)),
    "Ondo": (("Akure", 7.2526, 5.1932),),
    "Osun": (("Osogbo", 7.7827, 4.5418), ("Ife", 7.4824, 4.5603)),
    "Oyo": (("Ibadan", 7.3776, 3.947), ("Ogbomoso", 8.1227, 4.2436)),
    "Plateau": (("Jos", 9.8965, 8.8583),),
    "Rivers": (("Port Harcourt", 4.8156, 7.0498),),
    "Sokoto": (("Sokoto", 13.0059, 5.2476),),
    "Taraba": (("Jalingo", 8.8929, 11.3771),),
    "Yobe": (("Damaturu", 11.7469, 11.9608),),
    "Zamfara": (("Gusau", 12.1628, 6.6614),),
}
# Ikorodu Road is not in Ikorodu.
STREET = r"(?:street|st|road|rd|way|avenue|ave|close|crescent|drive|lane|boulevard|expressway|street\.|rd\.)"


def area_of(location: str, *, latitude: float | None, longitude: float | None) -> Area:
    """A quarter that the text names, else a city, else what is nearest. An address ends with what is larger, so of
    several names of a kind the last one counts."""
    for places in (QUARTERS, CITIES):
        if named := list(_names(places is CITIES).finditer(location)):
            return _known(places is CITIES)[named[-1][0].casefold()]
    if latitude is None or longitude is None:
        return Area()
    here = Position(latitude, longitude)
    metres, nearest = min(
        ((distance_m(here, there), area) for area, there in _all()), key=lambda found: (found[0], str(found[1]))
    )
    return nearest if metres <= NEAR_M else Area()


@cache
def _known(cities: bool) -> dict[str, Area]:
    table = CITIES if cities else QUARTERS
    return {name.casefold(): Area(name, region) for region, places in table.items() for name, _, _ in places}


@cache
def _names(cities: bool) -> re.Pattern[str]:
    table = CITIES if cities else QUARTERS
    # The longest first: Lagos Island is more than Lagos.
    names = sorted((name for places in table.values() for name, _, _ in places), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b(?!\s+{STREET}\b)", re.IGNORECASE)


@cache
def _all() -> tuple[tuple[Area, Position], ...]:
    return tuple(
        (Area(name, region), Position(latitude, longitude))
        for region, places in chain(QUARTERS.items(), CITIES.items())
        for name, latitude, longitude in places
    )
