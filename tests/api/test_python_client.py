"""The document as a generator of clients takes it: the client that `make python-client` makes does the main job.

An answer that the document does not declare raises in the client, and a body or an answer that the document describes
wrongly does not come through its models.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from pytest_django.live_server_helper import LiveServer

from core.dev import python_client
from payshift.demo.instance import PASSWORD
from payshift.demo.walkthrough import ENDS, PLACE, RATE_KOBO, STARTS, ZONE, price_of, wage_of
from tests.support.gateway import Gateway
from tests.support.instance import SteppedInstance
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db(transaction=True)

WORKED_MINUTES = 8 * 60 - 1


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated package, imported; the suite's warnings are errors for it, too."""
    project = tmp_path_factory.mktemp("python-client") / "project"
    assert python_client.generate(project) == 0
    sys.path.insert(0, str(project))
    try:
        yield importlib.import_module(python_client.PACKAGE)
    finally:
        sys.path.remove(str(project))
        for name in [name for name in sys.modules if name.partition(".")[0] == python_client.PACKAGE]:
            del sys.modules[name]


@dataclass
class Person:
    """Somebody at work with the generated client."""

    program: "Program"
    email: str
    client: Any
    tokens: Any = None

    def does(self, operation: str, status: int = 200, **arguments: Any) -> Any:
        """Call it, `module/function` below the package's api, and return what the answer was parsed into."""
        module = importlib.import_module(f"{python_client.PACKAGE}.api.{operation.replace('/', '.')}")
        answer = module.sync_detailed(client=self.client, **arguments)
        assert answer.status_code == status, (operation, answer.content)
        return answer.parsed

    def carries(self, tokens: Any) -> None:
        self.tokens = tokens
        self.client = self.program.opened("AuthenticatedClient", token=tokens.access_token)

    def refreshes(self) -> None:
        body = self.program.model("RefreshIn", refresh_token=self.tokens.refresh_token)
        self.carries(self.does("log_in/refresh_tokens", body=body))


@dataclass
class Program:
    """What somebody builds on the generated package."""

    package: ModuleType
    instance: SteppedInstance
    open_clients: ExitStack

    def model(self, name: str, **fields: Any) -> Any:
        return self.kind(name)(**fields)

    def kind(self, name: str) -> Any:
        return getattr(importlib.import_module(f"{python_client.PACKAGE}.models"), name)

    def opened(self, name: str, **options: Any) -> Any:
        url = str(self.instance.web.base_url)
        client = getattr(self.package, name)(base_url=url, raise_on_unexpected_status=True, **options)
        return self.open_clients.enter_context(client)

    def join(self, first_name: str, role: str) -> Person:
        person = Person(self, f"{first_name}@generated.payshift.example".lower(), self.opened("Client"))
        who = {"email": person.email, "password": PASSWORD}
        about = {"first_name": first_name, "role": self.kind("SignupInRole")(role)}
        person.does("log_in/sign_up", 202, body=self.model("SignupIn", **who, **about))
        code = self.instance.code_for(person.email)
        person.does("log_in/verify_email", body=self.model("VerifyIn", email=person.email, code=code))
        person.carries(person.does("log_in/log_in", body=self.model("LoginIn", **who)))
        return person


@pytest.fixture
def program(package: ModuleType, live_server: LiveServer, gateway: Gateway, run_jobs: RunJobs) -> Iterator[Program]:
    gateway.mode(webhook_base_url=live_server.url)
    with SteppedInstance(live_server.url, gateway, run_jobs) as instance, ExitStack() as open_clients:
        try:
            yield Program(package, instance, open_clients)
        finally:
            instance.reset_clock()


def test_generated_client_does_the_main_job(program: Program) -> None:
    model = program.model
    chidi, wale = program.join("Chidi", "client"), program.join("Wale", "applicant")

    # A change of one field sends one field.
    changed = wale.does("people/update_me", body=model("MePatch", skills=["waiter"]))
    assert (changed.first_name, changed.skills) == ("Wale", ["waiter"])

    job_id = post_and_pay(program, chidi)

    application = wale.does("applications/apply_to_job", 201, body=model("ApplyIn", job_id=job_id))
    refused = wale.does("applications/apply_to_job", 409, body=model("ApplyIn", job_id=job_id))
    assert refused.code == "already_applied"
    chidi.does("applications/accept_application", application_id=application.id)

    work(program, chidi, wale, job_id)

    wallet = wale.does("wallet/get_wallet")
    assert wallet.balance_kobo == wage_of(WORKED_MINUTES)
    wale.does("log_in/log_out", 204)
    assert wale.does("wallet/get_wallet", 401).code == "unauthenticated"


def post_and_pay(program: Program, chidi: Person) -> int:
    tomorrow = program.instance.now().astimezone(ZONE).date() + timedelta(days=1)
    about = {"title": "Waiter", "description": "Serve", "industry": "hospitality", "location": PLACE.name}
    times = {"date": tomorrow, "start_time": STARTS.isoformat("minutes"), "end_time": ENDS.isoformat("minutes")}
    place = {"latitude": PLACE.latitude, "longitude": PLACE.longitude}
    body = program.model("JobIn", **about, **times, **place, rate_kobo=RATE_KOBO)
    job = chidi.does("jobs_of_a_client/post_job", 201, body=body)
    assert (job.status, [shift.starts_at for shift in job.shifts]) == (
        "pending",
        [datetime.combine(tomorrow, STARTS, ZONE)],
    )
    order = program.model("PaymentIn", job_id=job.id, provider=program.kind("PaymentProvider")("paystack"))
    started = chidi.does("payments/start_payment", 201, body=order, idempotency_key=str(uuid4()))
    assert started.amount_kobo == price_of(8 * 60)
    program.instance.pay_at_checkout(started.authorization_url)
    program.instance.pause()
    assert chidi.does("payments/get_payment", reference=started.reference).status == "succeeded"
    return int(job.id)


def work(program: Program, chidi: Person, wale: Person, job_id: int) -> None:
    (shift,) = wale.does("attendance/list_assignments", job_id=job_id).items
    program.instance.move_clock_to(shift.starts_at - timedelta(minutes=10))
    wale.refreshes()
    here = program.model("CheckInIn", latitude=PLACE.latitude, longitude=PLACE.longitude)
    wale.does("attendance/check_in", assignment_id=shift.id, body=here)
    program.instance.move_clock_to(shift.ends_at - timedelta(minutes=1))
    wale.refreshes()
    chidi.refreshes()
    assert wale.does("attendance/check_out", assignment_id=shift.id).worked_minutes == WORKED_MINUTES
    approved = chidi.does("attendance/approve_assignment", assignment_id=shift.id, body=program.model("ApproveIn"))
    assert (approved.status, approved.paid_wage_kobo) == ("approved", wage_of(WORKED_MINUTES))
