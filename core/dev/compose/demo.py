"""`make demo` against the installation, through its proxy.

The demo moves the clock, pays at the sandbox gateway and reads mails, all of which production refuses: our own services
begin anew with development's variables, and the gateway joins them.
"""

import json
import os
import re
from dataclasses import replace

import httpx

from core.dev.compose.containers import BRIDGE, RUN
from core.dev.compose.file import Mount
from core.dev.compose.installation import Installation, written_certificate
from core.dev.compose.promises import Browser, authority, eventually, is_ready, need
from core.dev.console import say

GATEWAY = "http://gateway:8001"
MAILS = "/app/.local/mail"
AUTHORITIES = "/venv/lib/python3.13/site-packages/certifi/cacert.pem"
# What `make run` gives its processes: play money, a clock that can be moved, mails that can be read.
DEVELOPMENT = {
    "DEBUG": "true",
    "DEBUG_TOOLBAR": "false",
    "TIME_TRAVEL": "true",
    "EMAIL_URL": "mailbox://",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,gateway",
    "SANDBOX_GATEWAY_URL": GATEWAY,
    "PAYSTACK_BASE_URL": f"{GATEWAY}/paystack",
    "FLUTTERWAVE_BASE_URL": f"{GATEWAY}/flutterwave/v3",
    "PREMBLY_BASE_URL": f"{GATEWAY}/prembly",
}


def tell(installation: Installation, browser: Browser) -> None:
    """Raises `DevelopmentError` where the demo ends with another code than 0."""
    mails, trusted = RUN / "mail", written_certificate(authority())
    mails.mkdir(exist_ok=True)
    os.chown(mails, int(installation.built.user), -1)
    binds = {mails: Mount("mail", MAILS, False), trusted: Mount("authorities", AUTHORITIES, True)}
    installation = installation.changed({}, more=DEVELOPMENT, more_binds=binds)
    web = installation.container(installation.composition.services["web"])
    granian = ("granian", "--interface", "wsgi", "--port", "8001", "payment.sandbox.wsgi:application")
    alone = {"GRANIAN_WORKERS": "1", "GRANIAN_BLOCKING_THREADS": "4"}
    machine = installation.machine
    machine.know(["gateway", "demo"])
    on_the_machine = replace(web, on_the_machine=True)
    gateway = replace(on_the_machine, name="gateway", command=granian, environment={**web.environment, **alone})
    machine.start(gateway)
    eventually(lambda: _listens(f"http://{BRIDGE}:8001/"), "The sandbox gateway")
    is_ready(installation, browser)
    teller = replace(on_the_machine, name="demo", command=("python", "manage.py", "demo"))
    machine.start(teller)
    code = teller.wait(seconds=300)
    need(code == 0, f"the demo failed: {teller.last_words()}")
    say(f"            {teller.log.read_text().strip().splitlines()[-1]}")
    say(f"            calls in ms: {json.dumps(_took(teller.log.read_text()))}")


def _listens(url: str) -> bool | None:
    try:
        return httpx.get(url, headers={"Host": "gateway"}, trust_env=False).status_code == 200 or None
    except httpx.HTTPError:
        return None


def _took(told: str) -> dict[str, float]:
    """What the calls of the demo took, in milliseconds."""
    took = sorted(float(each) for each in re.findall(r"  +([0-9.]+) ms", told))
    need(bool(took), "the demo tells no times.")
    return {"median": took[len(took) // 2], "p95": took[int(len(took) * 0.95)], "most": took[-1]}
