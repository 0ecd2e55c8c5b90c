"""`python -m payshift.measuring.fuzzing_people`: a token for each kind of caller of the database at hand, as JSON."""

import json
import sys


def tokens() -> dict[str, str]:
    """The busiest worker and client, staff of each role, and staff of none."""
    from django.contrib.auth.models import Group

    from accounts.models import CustomUser
    from core import clock
    from core.actor import Role
    from payshift.measuring.reads import find_cast
    from payshift.measuring.tokens import make_tokens
    from payshift.staff_roles import STAFF_ROLES

    cast = find_cast()
    people = {"worker": cast.worker_id, "client": cast.client_id}
    for number, role in enumerate(("", *(role.name for role in STAFF_ROLES))):
        staff = CustomUser.objects.create_user(
            f"staff-{number}@fuzzing.example",
            first_name="Staff",
            last_name=f"Number {number}",
            role=Role.ADMIN,
            is_staff=True,
            email_verified_at=clock.now(),
        )
        staff.groups.set(Group.objects.filter(name=role))
        people[f"staff, {role or 'no role'}"] = staff.pk
    made = make_tokens(set(people.values()))
    return {name: made[user_id] for name, user_id in people.items()}


if __name__ == "__main__":
    from django import setup

    setup()
    sys.stdout.write(json.dumps(tokens()))
