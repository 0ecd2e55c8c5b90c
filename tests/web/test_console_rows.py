"""Axe walks each screen of the console: its world has a row for every list."""

import json

import pytest

from tests.factories.accounts import PASSWORD
from tests.web.console import prepare
from tests.web.console_rows import empty


@pytest.mark.django_db(transaction=True)
def test_every_screen_of_the_console_has_an_address() -> None:
    told = json.loads(prepare(email="bisi.rows@example.com", password=PASSWORD))

    assert list(empty()) == []
    assert [name for name, address in told["screens"].items() if not address] == []
    assert len(told["screens"]) > 200
