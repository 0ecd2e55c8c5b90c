"""Wires the apps together: binds each port of a lower app to its implementation in a higher one."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from core.queries import set_budget


class PayshiftConfig(AppConfig):
    name = "payshift"

    def ready(self) -> None:
        from accounts.ports import BANK_DIRECTORY, IDENTITY_REGISTERS, LETTING_BACK, MONEY_WATCH, OBLIGATIONS
        from jobs.ports import ESCROW, STAFF_CANCELS
        from payment.services.acting_alone import LargeCancels, LargeReturns
        from payment.services.directory import ProviderBankDirectory
        from payment.services.escrow import LedgerEscrow
        from payment.services.identity_registers import ProviderIdentityRegisters
        from payment.services.watching import LedgerWatch
        from payshift.services.obligations import AllObligations
        from payshift.staff_roles import make_roles

        # Sent for apps with models only, and this one has none.
        post_migrate.connect(make_roles, sender=apps.get_app_config("rating"))
        ESCROW.bind(LedgerEscrow())
        STAFF_CANCELS.bind(LargeCancels())
        BANK_DIRECTORY.bind(ProviderBankDirectory())
        IDENTITY_REGISTERS.bind(ProviderIdentityRegisters())
        LETTING_BACK.bind(LargeReturns())
        MONEY_WATCH.bind(LedgerWatch())
        OBLIGATIONS.bind(AllObligations())
        # One for each kind of row, however many rows there are.
        set_budget("export_me", 40)
        # The token; all numbers at once; two lists.
        set_budget("get_home", 4)
