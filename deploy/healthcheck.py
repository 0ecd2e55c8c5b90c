"""The container's health check: asks the web server in the same container whether it lives, by a host it allows."""

import os
import sys
import urllib.request

first = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
# "*" allows every host and is the name of none.
host = "localhost" if first == "*" else first
request = urllib.request.Request(
    f"http://127.0.0.1:{os.environ['GRANIAN_PORT']}/health/live",
    headers={"Host": host},
)
try:
    with urllib.request.urlopen(request, timeout=3):  # noqa: S310  (a fixed http address)
        pass
except OSError as error:
    sys.exit(f"unhealthy: {error}")
