"""What the demo's clients post: shifts as they are really looked for, at hourly rates of Lagos and Abuja in naira."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Posting:
    """Rates are naira per hour; the service is given kobo."""

    title: str
    industry: str
    subcategory: str
    shift_type: str
    start_time: time
    end_time: time
    rate_naira: int
    workers: int
    description: str


POSTINGS = (
    Posting(
        "Waiters for a wedding reception",
        "hospitality",
        "waiter",
        "afternoon",
        time(12),
        time(20),
        1_800,
        3,
        "Serve about 300 guests. White shirt, black trousers, polished shoes. Food and transport home provided.",
    ),
    Posting(
        "Ushers for a product launch",
        "events",
        "usher",
        "day",
        time(9),
        time(17),
        2_000,
        2,
        "Welcome guests, check names on the list, show people to their seats. Uniform is given on arrival.",
    ),
    Posting(
        "Loaders for a container offload",
        "logistics-and-dispatch",
        "loader",
        "morning",
        time(7),
        time(13),
        1_500,
        3,
        "Offload one 40 ft container of tiles. Safety boots needed, gloves and water are on site.",
    ),
    Posting(
        "Cashiers for a weekend sale",
        "retail",
        "cashier",
        "day",
        time(9),
        time(18),
        1_400,
        2,
        "Work a till with card machine and transfers. Experience with a point of sale is needed.",
    ),
    Posting(
        "Night security for a warehouse",
        "security",
        "security-guard",
        "night",
        time(20),
        time(6),
        1_300,
        1,
        "Watch gate and perimeter, keep the book of visitors, call the supervisor when in doubt. Radio given.",
    ),
    Posting(
        "Cooks for an office party",
        "catering",
        "cook",
        "morning",
        time(6),
        time(14),
        2_200,
        1,
        "Jollof, ofada and grills for 120 people with our kitchen team. Bring your own knives if you prefer them.",
    ),
    Posting(
        "Office cleaning after renovation",
        "cleaning",
        "office-cleaner",
        "day",
        time(8),
        time(16),
        1_200,
        2,
        "Deep cleaning of two floors after painting. Materials are there; masks are given.",
    ),
    Posting(
        "Set-up crew for a concert stage",
        "events",
        "event-set-up-crew",
        "evening",
        time(15),
        time(23),
        1_700,
        3,
        "Build stage, barriers and 800 chairs, and take them down again. Steel-toe boots needed.",
    ),
    Posting(
        "Shelf stockers for stock-taking",
        "retail",
        "shelf-stocker",
        "evening",
        time(17),
        time(22),
        1_250,
        2,
        "Count, scan and refill shelves after closing time. The work is light and must be exact.",
    ),
    Posting(
        "Hotel room attendants, peak week",
        "hospitality",
        "room-attendant",
        "morning",
        time(7),
        time(15),
        1_350,
        2,
        "Fourteen rooms per shift with a partner. Hotel experience preferred, training on the first morning.",
    ),
    Posting(
        "Dispatch riders for same-day parcels",
        "logistics-and-dispatch",
        "dispatch-rider",
        "day",
        time(9),
        time(17),
        1_900,
        1,
        "Our bike, your licence and helmet. About fifteen drops a day on the mainland.",
    ),
    Posting(
        "Bartender for a rooftop evening",
        "hospitality",
        "bartender",
        "evening",
        time(16),
        time(23),
        2_500,
        1,
        "Classic cocktails, chapman and zobo for 80 guests. Bar tools are there.",
    ),
    Posting(
        "Conference registration desk",
        "events",
        "usher",
        "morning",
        time(7),
        time(14),
        1_800,
        2,
        "Register delegates on tablets, print badges, answer questions. Clear English, friendly under pressure.",
    ),
    Posting(
        "Kitchen assistants, lunch service",
        "catering",
        "kitchen-assistant",
        "day",
        time(10),
        time(16),
        1_200,
        2,
        "Peel, wash, portion and keep the line clean. Closed shoes and covered hair.",
    ),
    Posting(
        "Event security for a football viewing",
        "security",
        "event-security",
        "evening",
        time(16),
        time(23),
        1_600,
        2,
        "Entrance checks and crowd control with our lead. Calm people only.",
    ),
)
LOWERED_REASONS = (
    "Left the floor for half an hour during service.",
    "Arrived late after the break.",
    "Phone calls during the rush; agreed with the supervisor.",
)
DISPUTE_REASON = "I was on the floor the whole time, the gate book shows it."
DISPUTE_ANSWER = "The supervisor did not see them for half an hour during service."
DISPUTE_DECISION = "The gate book and two colleagues agree with the worker."
APPLICATION_NOTES = (
    "I did this kind of work last month and can come early.",
    "I live close by. Please consider me.",
    "Available for all the days.",
    "Good morning sir/ma, I have my own uniform.",
    "",
)
GOOD_COMMENTS = (
    "On time, friendly, knows the work.",
    "Would hire again tomorrow.",
    "Very neat and quick. Guests asked for the name.",
    "Reliable from the first to the last minute.",
)
FAIR_COMMENTS = ("Good work after a slow start.", "Did what was asked.", "Fine, but came a little late.")
POOR_COMMENTS = ("Spent too much time on the phone.", "Had to be told everything twice.")
CLIENT_COMMENTS = (
    "Clear instructions, paid the same evening.",
    "Respectful client, food was provided.",
    "Well organised. Money came at once.",
    "Long walk from the bus stop, but good people.",
)
RESPONSES = ("Thank you, it was a pleasure.", "Thank you! Call me any time.", "Noted, I will do better next time.")
