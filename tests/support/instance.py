"""The running instance as the demo reaches it, with the worker and the couriers in the test's own hand."""

from django.core import mail

from payshift.demo.instance import Instance
from payshift.demo.narrator import Narrator
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs


class SteppedInstance(Instance):
    """The worker and the gateway's courier run when somebody waits for them, in this process and in this order."""

    def __init__(self, url: str, gateway: Gateway, run_jobs: RunJobs) -> None:
        self.lines: list[str] = []
        super().__init__(web_url=url, gateway_url=gateway.url, narrator=Narrator(self.lines.append))
        self.sandbox = gateway
        self.run_jobs = run_jobs

    def pause(self) -> None:
        self.run_jobs()
        self.sandbox.command("transfers/settle")
        self.sandbox.send_webhooks()
        self.run_jobs()

    def mails_to(self, email: str) -> list[str]:
        return [str(message.body) for message in reversed(mail.outbox) if email in message.to]
