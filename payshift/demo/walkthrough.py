"""The main job, told step by step over HTTP against a running instance: from four sign-ups to wages, reviews and books.

Every step checks what it brought about; the first thing that is not as it should be ends the story. Nothing here
touches the database.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from core.actor import Role
from payshift.demo.instance import PASSWORD, Instance
from payshift.demo.narrator import Caller, expect
from payshift.demo.places import LAGOS

ZONE = ZoneInfo("Africa/Lagos")
PLACE = LAGOS[1]
RATE_KOBO = 150_000
WORKERS, DAYS = 2, 2
STARTS, ENDS = time(9), time(17)
LOWERED_MINUTES = 60
BANK_CODE, ACCOUNT_NUMBER = "058", "0123456789"


class Walkthrough:
    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.narrator = instance.narrator
        self.title = f"Waiters for the {instance.run} wedding"

    def run(self) -> None:
        steps = (
            ("A client and three workers sign up", self.sign_up),
            ("Chidi posts a two-day job for two waiters", self.post_job),
            ("Chidi pays into escrow at the checkout; the webhook arrives", self.pay),
            ("The workers find the job and apply", self.find_and_apply),
            ("Chidi looks at the best applicants and accepts two", self.accept),
            ("Day one: check in by position and by on-site code, check out, approval, wages", self.day_one),
            ("Day two: Ada's hours are lowered, and she accepts", self.day_two),
            ("The job is completed, the remainder is on its way to Chidi's card", self.completion),
            ("Wale sets his bank account and withdraws his wages", self.withdraw),
            ("Reviews both ways", self.review),
            ("Read twice: from the database, then from the cache", self.read_twice),
        )
        for title, step in steps:
            self.narrator.step(title)
            step()

    def sign_up(self) -> None:
        self.chidi = self.instance.sign_up("Chidi", "Okonkwo", Role.CLIENT)
        self.wale = self.instance.sign_up("Wale", "Adebayo", Role.APPLICANT)
        self.ada = self.instance.sign_up("Ada", "Obi", Role.APPLICANT)
        self.sade = self.instance.sign_up("Sade", "Akinola", Role.APPLICANT)
        me = self.chidi.get("/me").json
        expect((me["id"], me["email"], me["role"]) == (self.chidi.id, self.chidi.email, "client"), f"Who am I? {me}")
        # So far apart that the places which are shown instead of their homes rank as these do.
        for worker, distance in ((self.wale, 0.01), (self.ada, 0.15), (self.sade, 0.4)):
            home = {"latitude": PLACE.latitude + distance, "longitude": PLACE.longitude, "location": "Lagos"}
            worker.patch("/me", {"skills": ["waiter", "hospitality"], **home})

    def post_job(self) -> None:
        self.first_day = self.instance.now().astimezone(ZONE).date() + timedelta(days=1)
        schedule = {
            "job_type": "multiple_days",
            "date": self.first_day.isoformat(),
            "end_date": (self.first_day + timedelta(days=DAYS - 1)).isoformat(),
            "start_time": STARTS.isoformat("minutes"),
            "end_time": ENDS.isoformat("minutes"),
            "rate_kobo": RATE_KOBO,
            "applicants_needed": WORKERS,
        }
        quote = self.chidi.post("/jobs/quote", schedule)
        minutes = DAYS * WORKERS * 8 * 60
        self.price_kobo = price_of(minutes)
        expect(quote["total"]["total_kobo"] == self.price_kobo, f"The quote should be {self.price_kobo} kobo: {quote}")
        about = {
            "title": self.title,
            "description": "Serve about 300 guests. White shirt, black trousers.",
            "industry": "hospitality",
            "subcategory": "waiter",
            "location": PLACE.name,
            "latitude": PLACE.latitude,
            "longitude": PLACE.longitude,
        }
        job = self.chidi.post("/jobs", {**schedule, **about}, status=201)
        self.job_id = job["id"]
        expect(job["status"] == "pending", f"An unpaid job should be pending: {job['status']}")
        expect(len(job["shifts"]) == DAYS, f"There should be a shift per day: {job['shifts']}")
        self.narrator.say(f"Job {self.job_id} costs {naira(self.price_kobo)}: wages and 10 % for the platform.")

    def pay(self) -> None:
        order = {"job_id": self.job_id, "provider": "paystack"}
        key = new_key()
        started = self.chidi.post("/payments", order, status=201, headers=key)
        again = self.chidi.post("/payments", order, status=201, headers=key)
        expect(started == again, "The same Idempotency-Key should give the same answer.")
        expect(started["amount_kobo"] == self.price_kobo, f"The server should ask for the price: {started}")
        self.instance.pay_at_checkout(started["authorization_url"])
        payment = f"/payments/{started['reference']}"
        self.chidi.until("The webhook's money", payment, lambda answer: answer["status"] == "succeeded")
        owned = self.chidi.get(f"/client/jobs/{self.job_id}").json
        expect(owned["job"]["status"] == "upcoming", f"A funded job should be upcoming: {owned['job']['status']}")
        self._expect_escrow(owned["escrow"], held_kobo=self.price_kobo)

    def find_and_apply(self) -> None:
        word = self.instance.run
        by_text = self.wale.get("/jobs", {"q": f"waiters {word}"}).json["items"]
        expect([job["id"] for job in by_text] == [self.job_id], f"The search for {word!r} should find the job.")
        position = {"latitude": PLACE.latitude + 0.02, "longitude": PLACE.longitude}
        near = self.ada.get("/jobs", {**position, "radius_km": 5, "order": "distance", "q": word}).json["items"]
        expect([job["id"] for job in near] == [self.job_id], "The search by distance should find the job.")
        expect(2_000 < near[0]["distance_m"] < 2_500, f"It is 2.2 km away, not {near[0]['distance_m']} m.")
        far = {"latitude": 9.0765, "longitude": 7.3986}
        expect(not self.ada.get("/jobs", {**far, "radius_km": 50, "q": word}).json["items"], "Abuja is not near Lagos.")
        self.applications: dict[int, int] = {}
        for worker in (self.wale, self.ada, self.sade):
            applied = worker.post("/apply-jobs/", {"job_id": self.job_id, "note": "I can come early."}, status=201)
            self.applications[worker.id] = applied["id"]
        self.wale.refused("/apply-jobs/", {"job_id": self.job_id}, status=409, code="already_applied")

    def accept(self) -> None:
        best = self.chidi.get(f"/jobs/{self.job_id}/best-applicants/").json["items"]
        ranked = [item["applicant"]["name"] for item in best]
        expect(ranked == ["Wale Adebayo", "Ada Obi", "Sade Akinola"], f"The nearest should rank first: {ranked}")
        for item in best:
            self.narrator.say(f"{item['applicant']['name']:14} {item['score']:5.1f} points {item['score_parts']}")
        for worker in (self.wale, self.ada):
            accepted = self.chidi.post(f"/applications/{self.applications[worker.id]}/accept")
            expect(accepted["status"] == "accepted", f"Accepting {worker.name} should succeed: {accepted}")
        left = self.sade.get(f"/applications/{self.applications[self.sade.id]}").json
        expect(left["status"] == "standing_by", f"With the job full, Sade should stand by: {left['status']}")
        self.wale.until("A notification", "/notifications", lambda told: has_kind(told, "application_accepted"))

    def day_one(self) -> None:
        self._work(self.first_day)
        for worker in (self.wale, self.ada):
            self._approve(worker, self.first_day)
        worked = 8 * 60 - 1
        for worker in (self.wale, self.ada):
            self._expect_wallet(worker, wage_of(worked))

    def day_two(self) -> None:
        second_day = self.first_day + timedelta(days=1)
        self._work(second_day)
        self._approve(self.wale, second_day)
        assignment = self._assignment(self.ada, second_day)
        minutes = assignment["worked_minutes"] - LOWERED_MINUTES
        path = f"/assignments/{assignment['id']}"
        self.chidi.refused(f"{path}/approve", {"minutes": minutes}, status=422, code="invalid_minutes")
        lowered = self.chidi.post(f"{path}/approve", {"minutes": minutes, "reason": "Left the floor for an hour."})
        expect(lowered["approved_minutes"] == minutes, f"{minutes} minutes should be approved: {lowered}")
        expect(lowered["withheld_kobo"] > 0, "What was taken off should stay in escrow until Ada has her say.")
        running = self.chidi.get(f"/jobs/{self.job_id}").json["status"]
        expect(running == "ongoing", f"The job should wait for Ada's word, but it is {running}.")
        accepted = self.ada.post(f"{path}/accept-minutes")
        expect(accepted["withheld_kobo"] == 0, f"Nothing should be withheld any more: {accepted}")

    def completion(self) -> None:
        minutes = [8 * 60 - 1] * 3 + [8 * 60 - 1 - LOWERED_MINUTES]
        self.paid_kobo = sum(price_of(worked) for worked in minutes)
        owned = self.chidi.get(f"/client/jobs/{self.job_id}").json
        expect(owned["job"]["status"] == "completed", f"The job should be completed: {owned['job']['status']}")
        self._expect_escrow(owned["escrow"], held_kobo=0, released_kobo=self.paid_kobo)
        # Card money goes on to the card that it came from: in the wallet it is until a worker has sent it.
        self.chidi.until("The remainder's way to the card", "/wallet", lambda wallet: wallet["balance_kobo"] == 0)
        self.earned_kobo = wage_of(minutes[0]) + wage_of(minutes[1])
        self._expect_wallet(self.wale, self.earned_kobo)
        self._expect_wallet(self.ada, wage_of(minutes[2]) + wage_of(minutes[3]))

    def withdraw(self) -> None:
        account = {"bank_code": BANK_CODE, "account_number": ACCOUNT_NUMBER}
        self.instance.command("accounts", **account, account_name="ADEBAYO WALE")
        details = self.wale.put("/account-details", account | {"password": PASSWORD})
        expect(details["account_number"] == "******6789", f"The number should be masked: {details}")
        order = {"amount_kobo": self.earned_kobo, "password": PASSWORD}
        path = "/wallet/withdrawals"
        self.wale.refused(path, order, status=409, code="bank_account_on_hold", headers=new_key())
        self.instance.move_clock_to(self.instance.now() + timedelta(hours=24))
        self._refresh_everybody()
        asked = self.wale.post(path, order, status=201, headers=new_key())
        self._expect_wallet(self.wale, 0)
        self.wale.until("The payout", f"{path}/{asked['id']}", lambda answer: answer["status"] == "paid")
        self.narrator.say(f"{naira(self.earned_kobo)} are at the bank.")

    def review(self) -> None:
        def about(person: Caller, rating: int, comment: str) -> dict[str, Any]:
            return {"job_id": self.job_id, "reviewed_id": person.id, "rating": rating, "comment": comment}

        of_wale = self.chidi.post("/reviews", about(self.wale, 5, "On time and friendly."), status=201)
        self.chidi.post("/reviews", about(self.ada, 4, "Good work."), status=201)
        self.wale.post("/reviews", about(self.chidi, 5, "Paid the same evening."), status=201)
        self.chidi.refused("/reviews", about(self.wale, 1, "Again"), status=409, code="already_reviewed")
        self.sade.refused("/reviews", about(self.chidi, 1, "Never worked there"), status=404, code="not_found")
        answered = self.wale.post(f"/reviews/{of_wale['id']}/response", {"response": "Thank you."})
        expect(answered["response"] == "Thank you.", f"Wale's response should be there: {answered}")
        received = self.sade.get(f"/reviews/{self.wale.id}").json
        facts = (received["average"], received["count"], received["histogram"]["5"])
        expect(facts == (5.0, 1, 1), f"Wale should have one review of five stars: {received}")

    def read_twice(self) -> None:
        # By somebody who has not read them yet.
        self.sade.read_twice(f"/get-profile/{self.wale.id}")
        self.sade.read_twice(f"/reviews/{self.ada.id}")
        self.sade.read_twice(f"/ratings/reviewer_{self.chidi.id}/")
        self.sade.read_twice(f"/jobs/{self.job_id}")
        self.wale.read_twice(f"/users/{self.wale.id}/payments")
        self.wale.read_twice("/get-account-details")

    def _work(self, day: date) -> None:
        """Both come ten minutes early, Wale checks in by position, Ada by the code that Chidi reads out."""
        self.instance.move_clock_to(datetime.combine(day, STARTS, ZONE) - timedelta(minutes=10))
        self._refresh_everybody()
        here = {"latitude": PLACE.latitude + 0.0003, "longitude": PLACE.longitude}
        elsewhere = {"latitude": PLACE.latitude + 0.02, "longitude": PLACE.longitude}
        wales, adas = (f"/assignments/{self._assignment(w, day)['id']}" for w in (self.wale, self.ada))
        self.wale.refused(f"{wales}/check-in", elsewhere, status=422, code="too_far_away")
        arrived = self.wale.post(f"{wales}/check-in", here)
        expect(arrived["check_in_distance_m"] == 50, f"33 m are shown as 50, not as {arrived['check_in_distance_m']}")
        shifts = self.chidi.get(f"/client/jobs/{self.job_id}").json["job"]["shifts"]
        code = next(shift["on_site_code"] for shift in shifts if local_day(shift["starts_at"]) == day)
        self.ada.post(f"{adas}/check-in", {"code": code})
        # A minute before the end: at the end the clock would do it.
        self.instance.move_clock_to(datetime.combine(day, ENDS, ZONE) - timedelta(minutes=1))
        self._refresh_everybody()
        for worker, path in ((self.wale, wales), (self.ada, adas)):
            left = worker.post(f"{path}/check-out")
            expect(left["worked_minutes"] == 8 * 60 - 1, f"{worker.name} worked 479 minutes: {left['worked_minutes']}")

    def _approve(self, worker: Caller, day: date) -> None:
        assignment = self._assignment(worker, day)
        approved = self.chidi.post(f"/assignments/{assignment['id']}/approve", {})
        paid = (approved["status"], approved["paid_wage_kobo"])
        expect(
            paid == ("approved", wage_of(assignment["worked_minutes"])), f"The wage should be paid at once: {approved}"
        )
        # The minute that passed between the calls was scheduled, too: it waits in escrow for the worker's word.
        expect(approved["withheld_kobo"] == price_of(1), f"One minute should wait for {worker.name}: {approved}")
        worker.post(f"/assignments/{assignment['id']}/accept-minutes")

    def _assignment(self, worker: Caller, day: date) -> dict[str, Any]:
        own: list[dict[str, Any]] = worker.get("/assignments", {"job_id": self.job_id}).json["items"]
        return next(assignment for assignment in own if local_day(assignment["starts_at"]) == day)

    def _expect_escrow(self, escrow: dict[str, int], *, held_kobo: int, released_kobo: int = 0) -> None:
        parts = (escrow["paid_in_kobo"], escrow["released_kobo"], escrow["refunded_kobo"], escrow["held_kobo"])
        refunded_kobo = self.price_kobo - held_kobo - released_kobo
        should_be = (self.price_kobo, released_kobo, refunded_kobo, held_kobo)
        expect(parts == should_be, f"Escrow (in, released, refunded, held) should be {should_be}: {parts}")
        self.narrator.say("Escrow: " + ", ".join(f"{name[:-5]} {naira(escrow[name])}" for name in ESCROW_PARTS))

    def _expect_wallet(self, caller: Caller, balance_kobo: int) -> None:
        wallet = caller.get("/wallet").json
        expect(
            wallet["balance_kobo"] == balance_kobo,
            f"{caller.name}'s wallet should hold {balance_kobo} kobo, not {wallet['balance_kobo']}.",
        )

    def _refresh_everybody(self) -> None:
        for caller in (self.chidi, self.wale, self.ada, self.sade):
            caller.refresh()


ESCROW_PARTS = ("paid_in_kobo", "released_kobo", "refunded_kobo", "held_kobo")


def wage_of(minutes: int) -> int:
    """Half-up to the kobo, in integers."""
    return (2 * RATE_KOBO * minutes + 60) // 120


def price_of(minutes: int) -> int:
    """Wage and the platform's ten per cent. Whole hours and these few minutes need no rounding per part."""
    return wage_of(minutes) + (wage_of(minutes) + 5) // 10


def naira(kobo: int) -> str:
    return f"₦{kobo // 100:,}.{kobo % 100:02}"


def new_key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def has_kind(told: dict[str, Any], kind: str) -> bool:
    return any(notification["kind"] == kind for notification in told["items"])


def local_day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(ZONE).date()
