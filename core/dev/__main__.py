"""`python -m core.dev COMMAND`: what the Makefile's targets call, inside the virtual environment."""

import argparse
import shutil
import sys

from core.dev import bootstrap, checks, environment, postgres_server, servers, supervisor, testing, web_client
from core.dev.console import say
from core.dev.errors import DevelopmentError
from core.dev.paths import LOCAL, refused_by_the_disk


def stop() -> int:
    supervisor.stop_running()
    servers.stop()
    return 0


def clean() -> int:
    """Delete all that development made, the data included."""
    stop()
    data = postgres_server.cluster().home
    for directory in (data, LOCAL, web_client.WEB / "dist", web_client.WEB / "node_modules", bootstrap.VENV):
        if directory.exists():
            say(f"Deleting {directory}")
            shutil.rmtree(directory)
    return 0


COMMANDS = {"run": supervisor.run, "check": checks.run, "stop": stop, "clean": clean, "web": web_client.serve}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m core.dev")
    parser.add_argument("command", choices=[*COMMANDS, "test"])
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="for test: what pytest gets")
    options = parser.parse_args()
    try:
        with refused_by_the_disk():
            if options.command == "test":
                environment.prepare()
                return testing.run(options.arguments)
            return COMMANDS[options.command]()
    except DevelopmentError as error:
        raise SystemExit(f"Payshift: {error}") from None
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
