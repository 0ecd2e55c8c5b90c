"""One router for all modules: Django sends a path to one view, so the methods of a path must be on one router."""

from ninja import Router

router = Router(tags=["jobs"])
