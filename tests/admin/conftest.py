import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import CustomUser
from core.actor import Role
from tests.factories.accounts import UserFactory


@pytest.fixture
def staff(bisi: CustomUser) -> Client:
    """Bisi, who may do everything."""
    client = Client()
    client.force_login(bisi)
    return client


@pytest.fixture
def clerk(db: None) -> Client:
    """Staff who may look at reviews and at nothing else."""
    person = UserFactory(email="clerk@example.com", role=Role.ADMIN)
    person.user_permissions.add(Permission.objects.get(codename="view_review"))
    client = Client()
    client.force_login(person)
    return client
