"""The API's document as a file: what clients are generated from, and what a change of the API shows in review."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from pydantic_core import to_json

from payshift.api import api
from payshift.declared import differences

FILE = Path(settings.BASE_DIR) / "openapi.json"


def rendered() -> str:
    return json.dumps(json.loads(to_json(api.get_openapi_schema())), indent=1, ensure_ascii=False) + "\n"


class Command(BaseCommand):
    help = "Writes openapi.json, the API's document, anew; --check: is it current? Refuses undeclared problems."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where the file is not current")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if wrong := differences(api):
            raise CommandError("\n".join(wrong))
        document = rendered()
        if not check:
            FILE.write_text(document)
        elif not FILE.exists() or FILE.read_text() != document:
            raise CommandError("openapi.json is not current: make manage ARGS=openapi")
