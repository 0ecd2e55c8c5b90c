"""Request ids: the caller's, if it is one that cannot forge a log line, else a new one."""

import re
from uuid import uuid4

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id_from(given: str) -> str:
    return given if REQUEST_ID.fullmatch(given) else str(uuid4())
