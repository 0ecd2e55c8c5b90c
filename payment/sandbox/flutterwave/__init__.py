"""Flutterwave v3's dialect: naira with decimals, `{"status": "success" | "error", "message", "data"}`."""
