"""What strangers read of a job: an area instead of an address, and no way around the platform."""

import pytest

from jobs.areas import Area, area_of
from jobs.public_words import without_contacts

LAGOS, ABUJA = "Lagos", "Abuja"


@pytest.mark.parametrize(
    ("location", "area"),
    [
        ("12 Admiralty Way, Lekki Phase 1, Lagos", Area("Lekki", LAGOS)),
        ("Balogun Market, Lagos Island, Lagos", Area("Lagos Island", LAGOS)),
        ("Maryland Mall, Ikorodu Road, Lagos", Area("Maryland", LAGOS)),
        ("Area 11, Garki, Abuja", Area("Garki", ABUJA)),
        ("42 Aba Road, Port Harcourt", Area("Port Harcourt", "Rivers")),
        ("Shop 4, somewhere in KANO", Area("Kano", "Kano")),
        ("House 9, Banana Road, Lagos", Area("Lagos", LAGOS)),
        ("Chidi's house, behind the church", Area()),
    ],
)
def test_area_is_a_known_name_and_never_the_typed_text(location: str, area: Area) -> None:
    assert area_of(location, latitude=None, longitude=None) == area


def test_area_without_a_name_is_the_nearest_place() -> None:
    assert area_of("Behind the church", latitude=6.60, longitude=3.35) == Area("Ikeja", LAGOS)


def test_area_far_from_all_places_is_unknown() -> None:
    assert area_of("Behind the church", latitude=0.0, longitude=0.0) == Area()


def test_area_says_a_city_that_its_state_is_named_after_once() -> None:
    assert str(Area("Kano", "Kano")) == "Kano"
    assert str(Area("Ikeja", LAGOS)) == "Ikeja, Lagos"
    assert str(Area()) == ""


def shown(text: str) -> str:
    return without_contacts(text, names=("Chidi", "Okafor"), location="12 Admiralty Way, Lekki Phase 1, Lagos")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ask for Chidi Okafor at the gate.", "Ask for … at the gate."),
        ("Ask for CHIDI, or okafor chidi.", "Ask for …, or …."),
        ("Call 0803 123 4567 first.", "Call … first."),
        ("WhatsApp +234-803-123-4567", "WhatsApp …"),
        ("Write to chidi.okafor@example.com today", "Write to … today"),
        ("See https://wa.me/2348031234567 or okafor-events.com/jobs", "See … or …"),
        ("On Instagram: @okafor_events", "On Instagram: …"),
        ("Come to 12 Admiralty Way, Lekki Phase 1, Lagos.", "Come to …."),
        ("Come to 12 admiralty way at eight", "Come to … at eight"),
        ("The hall is at No 7 Allen Avenue.", "The hall is at …."),
    ],
)
def test_ways_around_the_platform_are_left_out(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Serve 250 guests, 09:00 to 17:00, for 1,500.00 per hour.",
        "From 2026-12-01 to 2026-12-05: black trousers, white shirt.",
        "Two lines\n\n  with their spaces\nstay as they are.",
        "Waiter in Lekki, Lagos",
        "",
    ],
)
def test_what_the_work_is_stays_as_it_was_written(text: str) -> None:
    assert shown(text) == text


def test_name_that_is_an_everyday_word_is_left_out_only_as_a_name() -> None:
    def of_sunday(text: str) -> str:
        return without_contacts(text, names=("Sunday", "Joy"), location="Ikeja")

    assert of_sunday("Work on Sunday is a joy.") == "Work on Sunday is a joy."
    assert of_sunday("Ask for Sunday Joy, or for Joy.") == "Ask for …, or for …."
