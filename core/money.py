"""Money for people to read."""

# Wide enough to be seen beside a sum, and never the end of a line as a hyphen is.
MINUS = "\N{MINUS SIGN}"


def naira(kobo: int) -> str:
    """`1250000` kobo as `12,500.00`, for tables, books and files that programs read: with a plain minus. In integers,
    so that no kobo is rounded away."""
    sign, kobo = ("-" if kobo < 0 else ""), abs(kobo)
    return f"{sign}{kobo // 100:,}.{kobo % 100:02}"


def sum_in_words(kobo: int) -> str:
    """As the client program writes it: `₦12,500` or `₦12,500.50`. Kobo are shown only where there are some."""
    return in_naira(kobo).removesuffix(".00")


def sum_of(kobo: int, currency: str) -> str:
    """What a provider says, whatever it is in: naira as above, other money by its code, `USD 12,500.50`."""
    return sum_in_words(kobo) if currency == "NGN" else f"{currency} {naira(kobo)}"


def in_naira(kobo: int) -> str:
    """With its sign in front: `₦12,500.00`, and five naira less than none as minus `₦5.00`."""
    return f"{MINUS if kobo < 0 else ''}₦{naira(abs(kobo))}"
