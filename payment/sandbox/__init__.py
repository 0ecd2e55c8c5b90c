"""The sandbox gateway: a small stateful server that speaks Paystack's and Flutterwave v3's HTTP APIs.

For development and tests only. It knows nothing of Payshift: no model of another app is imported here and no adapter,
so an adapter that works against it works by the provider's rules and not by ours. What it does not know of a provider
it refuses, as the provider would.

- `paystack/`, `flutterwave/`: the two dialects, one module per noun, over the neutral rows of `models/`
- `charging.py`, `payouts.py`, `refunding.py`, `balance.py`: what happens to money, the same for both
- `webhooks.py` writes signed deliveries with their effect, `courier.py` sends them and settles what is due
- `faults.py`: what goes wrong, per call or by a seeded plan
- `checkout.py`, `control.py`, `index.py`: the pages for a person, and the control API for tests and the demo
"""
