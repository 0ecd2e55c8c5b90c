"""Operations on people: authentication, oneself, others, bank account, notifications."""

from ninja import Router

from accounts.api.authentication import router as authentication
from accounts.api.bank_account import router as bank_account
from accounts.api.devices import router as devices
from accounts.api.me import router as me
from accounts.api.notifications import router as notifications
from accounts.api.push import router as push
from accounts.api.second_factor import router as second_factor

router = Router(tags=["accounts"])
for part in (authentication, second_factor, devices, me, bank_account, notifications, push):
    router.add_router("", part)
