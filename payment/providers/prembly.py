"""Prembly, a licensed provider that asks the state's registers whose number a BVN or NIN is. No money is with it.

Facts: docs.prembly.com, "BVN Basic", "NIN Access Level 2" and "Response Codes": a POST of `number` with the key in
`x-api-key`; the outcome is in `response_code`, mostly with HTTP 200: 00 found, 01 not found, 02 not available now, 03
our wallet is empty, 07 a BVN that is blocked. An answer repeats the number in `request_data`: of no answer is anything
kept, logged or raised but the names.
"""

from payment.providers.base import AccountNotReady, OutcomeUnknown, ProviderRefused
from payment.providers.http import ProviderHttp
from payment.providers.parsing import Prose, Wire, read

PATHS = {"bvn": "/verification/bvn_validation", "nin": "/api/v1/verification/api/nin_level_2/"}
FOUND = "00"
NOBODYS = ("01", "07")
WALLET_EMPTY = "03"
# The key, the wallet, what the account may ask.
ABOUT_US = (401, 402, 403)


class Bvn(Wire):
    firstName: Prose = ""
    middleName: Prose = ""
    lastName: Prose = ""


class Nin(Wire):
    firstname: Prose = ""
    middlename: Prose = ""
    surname: Prose = ""


class Prembly:
    name = "prembly"

    def __init__(self, *, secret_key: str, base_url: str, timeout_seconds: float) -> None:
        self._http = ProviderHttp(
            name=self.name,
            base_url=base_url,
            secret_key=secret_key,
            timeout_seconds=timeout_seconds,
            key_header="x-api-key",
        )

    def holder_of(self, *, kind: str, number: str) -> str:
        """The names under this number, in one text. A look-up: whatever became of it, it may be made again.

        Raises `ProviderRefused` for a number of nobody, `AccountNotReady` for what is about us, and what says that
        nothing is known.
        """
        answer = self._http.post(PATHS[kind], payload={"number": number})
        outcome = str(answer.body.get("response_code", ""))
        if answer.ok and outcome == FOUND:
            return _names(kind, answer.body.get("data"))
        if outcome in NOBODYS:
            raise ProviderRefused(f"{self.name} found nobody.")
        if outcome == WALLET_EMPTY or answer.status in ABOUT_US:
            raise AccountNotReady(f"{self.name} refuses us: {answer.status} {outcome[:4]}")
        raise OutcomeUnknown(f"{self.name} answered {answer.status} {outcome[:4]}")


def _names(kind: str, data: object) -> str:
    if kind == "bvn":
        bvn = read(Bvn, data, provider=Prembly.name)
        return f"{bvn.firstName} {bvn.middleName} {bvn.lastName}"
    nin = read(Nin, data, provider=Prembly.name)
    return f"{nin.firstname} {nin.middlename} {nin.surname}"
