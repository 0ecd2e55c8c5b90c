"""The running instance as the narrated demo reaches it: over HTTP only, like any other client."""

import re
import secrets
import sys
import time
from datetime import datetime
from typing import Any, Self

import httpx

from core.actor import Role
from payshift.demo.narrator import POLL_SECONDS, WAIT_SECONDS, Answer, Caller, Deviation, Narrator, expect

CODE = re.compile(r"\b([0-9]{6})\b")
PASSWORD = "Zobo-and-suya-2026"  # noqa: S105  (of people who exist for one run)
TIMEOUT_SECONDS = 30.0


class Instance:
    """Web server, mail box and sandbox gateway, and the people of this run."""

    def __init__(self, *, web_url: str, gateway_url: str, narrator: Narrator) -> None:
        # Sign-ups are throttled per address, and the demo may run again and again: each run calls from a loopback
        # address of its own, where the system has more than one.
        own = f"127.{secrets.randbelow(254) + 1}.{secrets.randbelow(254) + 1}.7" if sys.platform == "linux" else None
        transport = httpx.HTTPTransport(local_address=own)
        self.web = httpx.Client(base_url=web_url, transport=transport, timeout=TIMEOUT_SECONDS)
        self.gateway = httpx.Client(base_url=gateway_url, timeout=TIMEOUT_SECONDS, trust_env=False)
        self.narrator = narrator
        # A word that no other job and no other run has.
        self.run = "".join(secrets.choice("bcdfghjklmnprstvz") + secrets.choice("aeiou") for _ in range(4))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.web.close()
        self.gateway.close()

    def check_that_it_runs(self) -> None:
        for client, path, what in ((self.web, "/health/ready", "Payshift"), (self.gateway, "/", "The sandbox gateway")):
            try:
                answer = client.get(path)
            except httpx.HTTPError:
                raise Deviation(f"{what} does not answer at {client.base_url}. Start it with `make run`.") from None
            expect(answer.status_code == 200, f"{what} answers {answer.status_code} at {path}: {answer.text[:500]}")

    def sign_up(self, first_name: str, last_name: str, role: Role) -> Caller:
        """Sign up, read the code from the mail box, verify, log in."""
        caller = Caller(first_name, self.web, self.narrator, pause=self.pause)
        caller.email = f"{first_name}.{self.run}@walk.payshift.example".lower()
        person = {"first_name": first_name, "last_name": last_name, "role": role}
        caller.post("/auth/signup", {"email": caller.email, "password": PASSWORD, **person}, status=202)
        caller.post("/auth/verify", {"email": caller.email, "code": self.code_for(caller.email)})
        caller.log_in(PASSWORD)
        return caller

    def code_for(self, email: str) -> str:
        """The one-time code of the newest mail to this address; the worker sends it."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            for text in self.mails_to(email):
                if found := CODE.search(text):
                    return found[1]
            self.pause()
        raise Deviation(f"No one-time code was mailed to {email} within {WAIT_SECONDS:.0f} s: does the worker run?")

    def mails_to(self, email: str) -> list[str]:
        """What was mailed to this address, the newest first."""
        answer = self.web.get("/dev/mailbox.json", params={"to": email})
        return [message["text"] for message in answer.json()["messages"]]

    def pause(self) -> None:
        """Leave the worker some time."""
        time.sleep(POLL_SECONDS)

    def pay_at_checkout(self, authorization_url: str) -> None:
        """What a person does in the browser: open the provider's page, press Pay, be sent back."""
        page = self._browse("GET", authorization_url)
        expect(page.response.status_code == 200, f"The checkout page answers {page.response.status_code}.")
        paid = self._browse("POST", f"{authorization_url}/pay")
        expect(paid.response.status_code == 303, f"Paying at the checkout answers {paid.response.status_code}.")

    def now(self) -> datetime:
        return self.move_clock(seconds=0)

    def move_clock_to(self, moment: datetime) -> None:
        reached = self.move_clock(seconds=int((moment - self.now()).total_seconds()) + 1)
        self.narrator.say(f"The clock moves to {reached:%A %d %B, %H:%M} UTC.")

    def move_clock(self, *, seconds: int) -> datetime:
        return datetime.fromisoformat(self.command("clock", advance_seconds=seconds)["now"])

    def reset_clock(self) -> None:
        self.command("clock/reset")

    def command(self, name: str, **order: Any) -> dict[str, Any]:
        """The gateway's control API: what a provider or a bank decides, and the clock."""
        try:
            answer = self.gateway.post(f"/control/{name}", json=order)
        except httpx.HTTPError as error:
            raise Deviation(f"The gateway's control API did not answer {name}: {error!r}") from None
        expect(answer.status_code == 200, f"The gateway refused {name}: {answer.status_code} {answer.text[:500]}")
        return dict(answer.json())

    def _browse(self, method: str, url: str) -> Answer:
        started = time.perf_counter()
        answer = Answer(self.gateway.request(method, url), (time.perf_counter() - started) * 1000)
        self.narrator.call("browser", method, url.replace(str(self.gateway.base_url).rstrip("/"), "gateway"), answer)
        return answer
