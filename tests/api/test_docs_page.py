"""The page that shows the document."""

import json
import re

import pytest
from django.test import Client

from payshift.api import api

pytestmark = pytest.mark.django_db


def test_it_fits_a_phone_and_keeps_the_token_over_a_reload(client: Client) -> None:
    page = client.get("/api/docs").content.decode()
    found = re.search(r'id="swagger-settings">(.*?)</script>', page, re.DOTALL)

    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert found is not None
    settings = json.loads(found[1])
    assert "The SQL of a call" in api.description
    assert (settings["url"], settings["persistAuthorization"]) == ("/api/openapi.json", True)
