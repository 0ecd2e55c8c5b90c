"""The cast: Chidi the client owns the job, Wale and Ada work, Sade and Emeka are strangers, Bisi is staff."""

from collections.abc import Callable

import pytest

from accounts.models import CustomUser
from core.actor import Role
from tests.factories.accounts import UserFactory
from tests.support.api_client import ApiClient

# Nobody of the cast has a picture.
NO_FACE = {"avatar_url": None, "avatar_small_url": None}


@pytest.fixture
def chidi(db: None) -> CustomUser:
    """The client whose job it is."""
    return UserFactory(email="chidi@example.com", first_name="Chidi", last_name="Okafor", role=Role.CLIENT)


@pytest.fixture
def wale(db: None) -> CustomUser:
    """A worker."""
    return UserFactory(email="wale@example.com", first_name="Wale", last_name="Adeyemi")


@pytest.fixture
def ada(db: None) -> CustomUser:
    """Another worker."""
    return UserFactory(email="ada@example.com", first_name="Ada", last_name="Eze")


@pytest.fixture
def sade(db: None) -> CustomUser:
    """A worker who has nothing to do with the job."""
    return UserFactory(email="sade@example.com", first_name="Sade", last_name="Bello")


@pytest.fixture
def emeka(db: None) -> CustomUser:
    """A client who has nothing to do with the job."""
    return UserFactory(email="emeka@example.com", first_name="Emeka", last_name="Nwosu", role=Role.CLIENT)


@pytest.fixture
def bisi(db: None) -> CustomUser:
    """Staff."""
    return UserFactory(email="bisi@example.com", first_name="Bisi", last_name="Ojo", role=Role.ADMIN, is_superuser=True)


@pytest.fixture
def api() -> Callable[[CustomUser], ApiClient]:
    """`api(user)` calls as that user."""
    return ApiClient


@pytest.fixture
def anonymous_api() -> ApiClient:
    return ApiClient()
