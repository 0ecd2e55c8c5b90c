"""Clients and workers: a quarter and three quarters. What happens to them is counted here and written at the end."""

import hashlib
from array import array
from datetime import datetime, timedelta
from random import Random

from core.actor import Role
from payshift.demo.places import ABUJA, LAGOS, Place
from payshift.measuring.populating.skew import Ranking
from payshift.measuring.populating.tables import Tables
from payshift.measuring.populating.words import BANKS, BIOS, FIRST_NAMES, LAST_NAMES

JOBS_PER_PERSON = 5
FEWEST_CLIENTS = 5
SHARE_OF_CLIENTS = 0.25
SHARE_IN_LAGOS = 0.8
SHARE_WITH_BANK_ACCOUNT = 0.7
# Nobody logs in with it.
NO_PASSWORD = "!populated"  # noqa: S105


class Town:
    """Draws places: most in Lagos, some in Abuja, each some way off the places of the demo."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def draw(self) -> tuple[str, float, float]:
        places: tuple[Place, ...] = LAGOS if self.random.random() < SHARE_IN_LAGOS else ABUJA
        place = self.random.choice(places)
        north, east = self.random.gauss(0, 0.03), self.random.gauss(0, 0.03)
        return place.name, round(place.latitude + north, 6), round(place.longitude + east, 6)


class People:
    """Ids run from 1: clients first, then workers, each ranked by how busy they are."""

    def __init__(self, tables: Tables, *, jobs: int, since: datetime, trades: list[str], random: Random) -> None:
        self.tables, self.random, self.since, self.trades = tables, random, since, trades
        self.clients = max(FEWEST_CLIENTS, round(jobs / JOBS_PER_PERSON * SHARE_OF_CLIENTS))
        self.workers = max(4 * FEWEST_CLIENTS, round(jobs / JOBS_PER_PERSON * (1 - SHARE_OF_CLIENTS)))
        self.count = self.clients + self.workers
        self.client_ranking = Ranking(self.clients)
        self.worker_ranking = Ranking(self.workers)

        def counters() -> "array[int]":
            return array("q", bytes(8 * (self.count + 1)))

        self.reviews_count, self.rating_sum = counters(), counters()
        self.approved_count, self.no_show_count, self.late_cancel_count = counters(), counters(), counters()
        self.given_count = counters()
        # Which worker is taken on which day, as one integer each: nobody is in two places at once (W2).
        self.taken: set[int] = set()

    def draw_client(self) -> int:
        return self.client_ranking.draw(self.random, 1)[0]

    def draw_workers(self, count: int) -> list[int]:
        return [self.clients + rank for rank in self.worker_ranking.draw_distinct(self.random, count)]

    def take(self, worker_id: int, days: range) -> bool:
        """Take a worker for these days; False if any of them is taken already."""
        keys = [worker_id << 24 | day for day in days]
        if not self.taken.isdisjoint(keys):
            return False
        self.taken.update(keys)
        return True

    def review(self, reviewed_id: int, rating: int) -> None:
        self.reviews_count[reviewed_id] += 1
        self.rating_sum[reviewed_id] += rating

    def write(self, user_id: int) -> None:
        """One person with profile and device, and a bank account for most workers."""
        random, tables = self.random, self.tables
        is_client = user_id <= self.clients
        first_name, last_name = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
        role = Role.CLIENT if is_client else Role.APPLICANT
        email = f"{role}{user_id}@populated.payshift.example"
        tables.users.add(user_id, email, NO_PASSWORD, first_name, last_name, role, self.since)
        location, latitude, longitude = Town(random).draw()
        tables.profiles.add(
            *(user_id, user_id, self.since, random.choice(BIOS), location, latitude, longitude),
            [] if is_client else sorted(set(random.choices(self.trades, k=3))),
            *(self.reviews_count[user_id], self.rating_sum[user_id]),
            *(self.approved_count[user_id], self.no_show_count[user_id], self.late_cancel_count[user_id]),
            self.given_count[user_id],
        )
        # Logged in once, long ago: its tokens are unknown to everybody.
        access, refresh = (hashlib.sha256(random.randbytes(32)).digest() for _ in range(2))
        ended = self.since + timedelta(days=1)
        tables.devices.add(
            *(user_id, user_id, "Phone", self.since, self.since, ended, self.since, access, ended, refresh, ended)
        )
        if not is_client and random.random() < SHARE_WITH_BANK_ACCOUNT:
            code, name = random.choice(BANKS)
            number, holder = f"{user_id:010}", f"{first_name} {last_name}".upper()
            tables.bank_accounts.add(user_id, user_id, code, name, number, holder, self.since, self.since)
