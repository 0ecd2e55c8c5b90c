"""Web push as a sender has it: RFC 8030 (the request), RFC 8291 (what only the browser can read), RFC 8292 (VAPID).

It knows of no person and no notice: `send` takes an endpoint, the browser's keys and bytes.
"""
