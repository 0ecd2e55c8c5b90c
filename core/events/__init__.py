"""`GET /api/events`: hints as server-sent events, by a process of its own (`payshift.asgi`).

Thousands of browsers wait here at once, so nothing of it may hold a thread or a connection to the database: whose token
it is, and what changed, both come from Redis alone.
"""
