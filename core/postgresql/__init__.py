"""Django's PostgreSQL backend for a server that may be away, frozen or full: see `base` and `watch`."""
