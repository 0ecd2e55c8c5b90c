"""What a server refuses to start with. Commands run Django's checks by themselves, a WSGI server does not."""

from django.core.checks import ERROR, Tags, run_checks


def refuse_to_start_with_errors() -> None:
    """End the process, with a line for each, where a check of the settings finds an error. Asks no database."""
    errors = [
        message
        for message in run_checks(tags=[Tags.security])
        if message.is_serious(ERROR) and not message.is_silenced()
    ]
    if errors:
        lines = "\n".join(f"  {error.id}: {error.msg}" for error in errors)
        raise SystemExit(f"Payshift does not start with this configuration:\n{lines}")
