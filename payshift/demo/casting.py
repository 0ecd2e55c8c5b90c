"""Makes the demo's people: accounts, profiles, bank accounts."""

from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import BankAccount, CustomUser, Profile
from core.actor import Role
from payshift.demo import people
from payshift.demo.people import Person
from payshift.demo.stage import Cast, Player

# NIP codes and names, as the providers list them.
BANKS = (
    ("058", "Guaranty Trust Bank"),
    ("044", "Access Bank"),
    ("057", "Zenith Bank"),
    ("011", "First Bank of Nigeria"),
    ("033", "United Bank For Africa"),
)
JOINED_BEFORE_DAYS = 120


@transaction.atomic
def make_cast(*, now: datetime, random: Random) -> Cast:
    # One hash for all: they share the password, and hashing it thirty times takes seconds.
    password = make_password(people.PASSWORD)

    def make(person: Person, role: Role) -> Player:
        joined_at = now - timedelta(days=random.randint(50, JOINED_BEFORE_DAYS), minutes=random.randint(0, 1440))
        return _make(person, role=role, password=password, joined_at=joined_at, random=random)

    return Cast(
        clients=[make(person, Role.CLIENT) for person in people.CLIENTS],
        workers=[make(person, Role.APPLICANT) for person in people.WORKERS],
        staff=[make(person, Role.ADMIN) for person in people.STAFF],
    )


def _make(person: Person, *, role: Role, password: str, joined_at: datetime, random: Random) -> Player:
    is_staff = role is Role.ADMIN
    user = CustomUser.objects.create(
        email=person.address,
        password=password,
        first_name=person.first_name,
        last_name=person.last_name,
        role=role,
        is_staff=is_staff,
        is_superuser=is_staff,
        email_verified_at=joined_at,
    )
    Profile.objects.create(
        user=user,
        joined_at=joined_at,
        bio=person.bio,
        phone=f"+23480{random.randint(10_000_000, 99_999_999)}",
        location=person.home.name,
        # Nobody's home is the shopping mall itself.
        latitude=round(person.home.latitude + random.uniform(-0.02, 0.02), 5),
        longitude=round(person.home.longitude + random.uniform(-0.02, 0.02), 5),
        skills=list(person.skills),
    )
    if not is_staff:
        code, bank = BANKS[user.pk % len(BANKS)]
        BankAccount.objects.create(
            user=user,
            bank_code=code,
            bank_name=bank,
            account_number=f"{random.randint(0, 9_999_999_999):010}",
            account_name=f"{person.last_name} {person.first_name}".upper(),
            verified_at=joined_at,
            changed_at=joined_at,
        )
    return Player(person, user.pk, role)
