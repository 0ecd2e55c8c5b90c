"""The OpenAPI document before the validators of three makers: `python -m core.dev.contract`, a part of `make check`.

Those that come from npm have a lock of their own in web/tools/validators; .spectral.yaml and redocly.yaml there say
which of their rules are off, and why.
"""

import subprocess
import sys

from core.dev import web_client
from core.dev.console import say
from core.dev.errors import DevelopmentError
from core.dev.paths import BASE_DIR, LOCAL, FileLock

TOOLS = web_client.WEB / "tools" / "validators"
DOCUMENT = BASE_DIR / "openapi.json"
# They ask nobody whether there is a newer one, and tell nobody that they run.
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def validators() -> dict[str, list[str]]:
    node = [str(web_client.node() / "bin" / "node")]
    modules = TOOLS / "node_modules"
    return {
        "openapi-spec-validator": [sys.executable, "-m", "openapi_spec_validator", str(DOCUMENT)],
        "spectral": [
            *(*node, str(modules / "@stoplight/spectral-cli/dist/index.js"), "lint", "--fail-severity=warn"),
            *("--ruleset", str(TOOLS / ".spectral.yaml"), str(DOCUMENT)),
        ],
        "redocly": [*node, str(modules / "@redocly/cli/bin/cli.js"), "lint", "--max-problems=50", str(DOCUMENT)],
    }


def main() -> int:
    """Run all of them, whatever the first says. Warnings count: what is no fault is off by name."""
    try:
        with FileLock(LOCAL / "web-client.lock"):
            web_client.install(TOOLS)
    except DevelopmentError as problem:
        say(str(problem))
        return 1
    refused = [
        name
        for name, command in validators().items()
        if subprocess.run(command, cwd=TOOLS, env=web_client.variables() | QUIET, check=False).returncode  # noqa: S603
    ]
    say(f"Refused by {', '.join(refused)}" if refused else "All three take the document.")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
