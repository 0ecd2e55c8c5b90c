"""Paystack's dialect: kobo, `{"status": bool, "message", "data"}`, references as the only idempotency."""
