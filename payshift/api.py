"""The one NinjaAPI. Every operation needs a bearer token unless it is on the list of public operations."""

from ninja.openapi.docs import Swagger

from accounts.api import router as accounts_router
from accounts.auth import BearerAuth
from core.api import PayshiftAPI
from core.openapi import Examples
from jobs.api import router as jobs_router
from payment.api import router as payment_router
from payshift.config_api import router as config_router
from payshift.document import CONTACT, INTRODUCTION, TAGS, subject_of
from payshift.examples import REQUESTS, TEXTS
from payshift.home_api import router as home_router
from payshift.people_api import router as people_router
from rating.api import router as rating_router

# P2: no operation is public unless its id is here; a test compares this list with the routes.
PUBLIC_OPERATIONS = frozenset(
    {
        "sign_up",
        "verify_email",
        "request_code",
        "log_in",
        "refresh_tokens",
        "request_password_reset",
        "confirm_password_reset",
        "get_config",
        "paystack_webhook",
        "flutterwave_webhook",
        # By the secret in its address.
        "get_calendar",
    }
)

# A reload keeps the token; a hundred operations open as a list of their groups, and no schema is opened unasked.
DOCS = Swagger(
    {
        "persistAuthorization": True,
        "docExpansion": "none",
        "defaultModelsExpandDepth": 0,
        "displayRequestDuration": True,
        "filter": True,
        "tryItOutEnabled": True,
    }
)

api = PayshiftAPI(
    title="Payshift",
    version="1.0.0",
    description=INTRODUCTION,
    auth=BearerAuth(),
    servers=[{"url": "/", "description": "Where this document comes from."}],
    openapi_extra={"info": {"contact": CONTACT}, "tags": TAGS},
    subject_of=subject_of,
    examples=Examples(REQUESTS, TEXTS),
    docs=DOCS,
)
api.add_router("", accounts_router)
api.add_router("", jobs_router)
api.add_router("", payment_router)
api.add_router("", rating_router)
api.add_router("", people_router)
api.add_router("", home_router)
api.add_router("", config_router)
