#!/usr/bin/env python
"""Django's command line, on a development environment of its own when none is configured."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payshift.settings")
    if "SECRET_KEY" not in os.environ:
        from core.dev.environment import prepare

        prepare()
    from django.core.management import execute_from_command_line

    from core.startup import mistakes_in_a_line

    with mistakes_in_a_line():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
