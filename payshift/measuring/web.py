"""The figures of the web client: their bounds, and how docs/web.md shows them."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from payshift.measuring.report import Check, at_most, table, write_section

KB = 1024
DOCUMENT = settings.BASE_DIR / "docs" / "web.md"
SECOND_VISIT_KB = 15
HOME_REQUESTS = 4
LCP_MS = 2500
INP_MS = 200


def checks_of(measured: dict[str, Any]) -> list[Check]:
    """The bound of each screen's JavaScript comes with the screen: web/tools/bytes.ts holds it, for the tests too."""
    heaviest = max(measured["screens"], key=lambda screen: screen["bytes"] / screen["bound"])
    checks = [
        at_most(f"KB of JavaScript, {screen['path']}", screen["bytes"] / KB, screen["bound"] / KB)
        for screen in measured["screens"]
        if screen["path"].startswith("/ (") or screen is heaviest
    ]
    for role, figures in measured["roles"].items():
        checks += [
            at_most(f"KB of a second visit, {role}", figures["second"]["bytes"] / KB, SECOND_VISIT_KB),
            at_most(f"requests of the home, {role}", figures["requests"]["/"], HOME_REQUESTS),
            at_most(f"ms to the largest paint, {role}", figures["lcp_ms"], LCP_MS),
            at_most(f"ms to answer a tap, {role}", figures["inp_ms"], INP_MS),
        ]
    return checks


def section_of(name: str, measured: dict[str, Any], checks: Sequence[Check]) -> None:
    """Write docs/web.md anew between its markers."""
    bounds = table(
        ("", "figure", "value", "bound"),
        [("ok" if check.ok else "MISSED", check.name, f"{check.value:.1f}", check.bound) for check in checks],
    )
    visits = table(
        ("visit", "requests", "KB"),
        [
            (f"{which}, {role}", str(figures[which]["requests"]), f"{figures[which]['bytes'] / KB:.1f}")
            for role, figures in measured["roles"].items()
            for which in ("first", "second")
        ],
    )
    requests = table(
        ("screen", "requests to the API"),
        [
            (f"{path} ({role})", str(count))
            for role, figures in measured["roles"].items()
            for path, count in figures["requests"].items()
        ],
    )
    scripts = table(
        ("screen", "KB of JavaScript", "of its own"),
        [
            (screen["path"], f"{screen['bytes'] / KB:.1f}", f"{screen['own'] / KB:.1f}")
            for screen in sorted(measured["screens"], key=lambda screen: -screen["bytes"])
        ],
    )
    text = "\n\n".join(
        [
            f"Median of {measured['rounds']} visits at 360 x 640, network as slow 4G (1.6 Mbit/s, 150 ms), processor at"
            f" a quarter of its speed, browser and servers on {measured['cores']} cores.",
            "\n".join(bounds),
            "What a visit to the home transfers, compressed, with headers and with what is kept for life without a"
            " network:",
            "\n".join(visits),
            "Requests when a screen is opened by its address; the session and the person are two of them:",
            "\n".join(requests),
            "JavaScript as gzip sends it to a browser that has nothing:",
            "\n".join(scripts),
        ]
    )
    write_section(name, text, document=DOCUMENT)
