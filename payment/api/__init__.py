from ninja import Router

from payment.api.disputes import router as disputes_router
from payment.api.limits import router as limits_router
from payment.api.payments import router as payments_router
from payment.api.receipts import router as receipts_router
from payment.api.statements import router as statements_router
from payment.api.virtual_accounts import router as virtual_accounts_router
from payment.api.wallet import router as wallet_router

router = Router()
for part in (
    *(payments_router, wallet_router, limits_router, virtual_accounts_router),
    *(disputes_router, receipts_router, statements_router),
):
    router.add_router("", part)
