from ninja import Router

from jobs.api.applications import router as applications_router
from jobs.api.assignments import router as assignments_router
from jobs.api.client import router as client_router
from jobs.api.jobs import router as jobs_router
from jobs.api.keeping import router as keeping_router

router = Router()
for part in (jobs_router, client_router, applications_router, assignments_router, keeping_router):
    router.add_router("", part)
