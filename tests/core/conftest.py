import pytest
from django.test import Client


@pytest.fixture
def client() -> Client:
    """Django's client, authenticated, that shows a 500 as its caller would see it."""
    return Client(raise_request_exception=False, headers={"Authorization": "Bearer good"})


@pytest.fixture
def anonymous() -> Client:
    return Client(raise_request_exception=False)
