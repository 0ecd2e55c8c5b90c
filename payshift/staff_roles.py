"""The roles of staff: groups with the rights of one kind of work, made and kept by `migrate`.

A right of one act is Django's permission of its rows: `jobs.change_job` cancels and refunds, in admin as through the
API. Whoever needs another mix makes a group of their own; these four are put right at each `migrate`.
"""

from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, transaction

from accounts.models import CustomUser

OUR_APPS = ("accounts", "jobs", "payment", "rating", "core", "procrastinate")


@dataclass(frozen=True, slots=True)
class StaffRole:
    name: str
    sentence: str
    # Models that may be looked at, by app, or all of an app.
    reads: tuple[str, ...]
    acts: tuple[str, ...] = ()


PEOPLE_AND_WORK = ("accounts", "jobs", "rating")
STAFF_ROLES = (
    StaffRole(
        "Read only",
        "May look at people, work, money and reviews, and change nothing.",
        reads=(*PEOPLE_AND_WORK, "payment"),
    ),
    StaffRole(
        "Support",
        "May keep people out, log them out, send codes for new passwords, switch off a lost second factor, cancel jobs "
        "and refund them, hide jobs, resolve disputes, moderate reviews, answer reports, and leave notes.",
        reads=(
            *PEOPLE_AND_WORK,
            *("payment.dispute", "payment.disputestatement", "payment.payment", "payment.paymentattempt"),
            *("payment.refund", "payment.withdrawal", "payment.wallet", "payment.ledgertransaction"),
            *("payment.receipt", "payment.receiptissuer"),
        ),
        acts=(
            *("accounts.ban_customuser", "accounts.change_device", "accounts.delete_secondfactor"),
            *("jobs.change_job", "jobs.change_report", "jobs.add_staffnote"),
            *("payment.change_dispute", "rating.change_review"),
        ),
    ),
    StaffRole(
        "Finance",
        "May propose and approve money that staff move, answer chargebacks, hold wallets, look after withdrawals and "
        "refunds, explain differences with providers, export rows, and leave notes.",
        reads=(
            *(
                "accounts.customuser",
                "accounts.bankaccount",
                "accounts.identitycheck",
                "jobs.job",
                "jobs.shiftassignment",
                "jobs.staffnote",
                "accounts.staffexport",
            ),
            "payment",
        ),
        acts=(
            *("jobs.add_staffnote", "accounts.add_staffexport"),
            *("payment.add_ledgertransaction", "payment.approve_staffmove", "payment.change_chargeback"),
            *("payment.change_wallet", "payment.change_withdrawal", "payment.change_refund"),
            *("payment.change_providerdifference", "payment.change_webhookevent"),
        ),
    ),
    StaffRole(
        "Operations",
        "May watch health and queue, process webhooks and failed jobs again, answer reports, and keep the list of "
        "industries and trades.",
        reads=("core", "procrastinate", "jobs", "payment.webhookevent", "payment.idempotencykey"),
        acts=(
            *("procrastinate.change_procrastinatejob", "payment.change_webhookevent"),
            *(
                "jobs.change_report",
                "jobs.add_jobindustry",
                "jobs.change_jobindustry",
                "jobs.add_jobsubcategory",
                "jobs.change_jobsubcategory",
            ),
        ),
    ),
)


def make_roles(using: str = DEFAULT_DB_ALIAS, **_: object) -> None:
    """After `migrate`, as its role: the groups with exactly these rights. Permissions come first, whatever order apps
    come in."""
    for label in OUR_APPS:
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    with transaction.atomic(using):
        people = ContentType.objects.db_manager(using).get_for_model(CustomUser, for_concrete_model=False)
        # Apart from `change_customuser`, which sets e-mails and passwords.
        Permission.objects.using(using).get_or_create(
            content_type=people,
            codename="ban_customuser",
            defaults={"name": "Can keep people out and let them back in"},
        )
        for role in STAFF_ROLES:
            group, _made = Group.objects.using(using).get_or_create(name=role.name)
            group.permissions.set(permissions_of(role, using))


def permissions_of(role: StaffRole, using: str) -> list[Permission]:
    wanted = set(role.acts) | {view for place in role.reads for view in _views(place)}
    found = {
        f"{one.content_type.app_label}.{one.codename}": one
        for one in Permission.objects.using(using)
        .select_related("content_type")
        .filter(content_type__app_label__in=OUR_APPS)
    }
    return [found[name] for name in sorted(wanted)]


def _views(place: str) -> list[str]:
    app, _, model = place.partition(".")
    models = [model] if model else [one._meta.model_name or "" for one in apps.get_app_config(app).get_models()]
    return [f"{app}.view_{name}" for name in models]
