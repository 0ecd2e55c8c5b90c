"""A typed Python client, generated from openapi.json: `make python-client` leaves it in .local/python-client."""

import os
import subprocess
import sys
from pathlib import Path

from core.dev.console import say
from core.dev.contract import DOCUMENT
from core.dev.paths import LOCAL

PACKAGE = "payshift_client"
PROJECT = LOCAL / "python-client"
CONFIGURATION = Path(__file__).with_name("python-client.yml")


def generate(project: Path) -> int:
    """Put the project there in place of what was there. Returns the exit code.

    A warning of the generator counts as a failure: it has left an operation or an answer out.
    """
    program = Path(sys.executable).with_name("openapi-python-client")
    command = [str(program), "generate", "--path", str(DOCUMENT), "--config", str(CONFIGURATION)]
    options = ["--output-path", str(project), "--meta", "uv", "--overwrite", "--fail-on-warning"]
    quiet = os.environ | {"NO_COLOR": "1"}
    return subprocess.run([*command, *options], env=quiet, check=False).returncode  # noqa: S603


def main() -> int:
    failed = generate(PROJECT)
    if not failed:
        say(f"The client is in {PROJECT}: pip install it, and import {PACKAGE}.")
    return failed


if __name__ == "__main__":
    sys.exit(main())
