"""Money for people to read."""


def naira(kobo: int) -> str:
    """`1250000` kobo as `12,500.00`; in integers, so that no kobo is rounded away."""
    sign, kobo = ("-" if kobo < 0 else ""), abs(kobo)
    return f"{sign}{kobo // 100:,}.{kobo % 100:02}"
