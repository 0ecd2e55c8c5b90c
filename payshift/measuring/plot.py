"""Bars as SVG, made by hand: milliseconds on a logarithmic scale, since the modes are orders of magnitude apart."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, LABELS, BAR, GAP, TOP, BOTTOM = 860, 230, 11, 10, 46, 34
COLOURS = ("#b4552d", "#d9a441", "#2f7d5b")
SMALLEST_MS = 0.1


def bars(title: str, rows: Mapping[str, Sequence[float]], series: Sequence[str]) -> str:
    """One group of bars per row, one bar per series."""
    largest = max(value for values in rows.values() for value in values)
    decades = math.ceil(math.log10(largest / SMALLEST_MS))
    scale = (WIDTH - LABELS - 80) / decades
    group = BAR * len(series) + GAP
    height = TOP + group * len(rows) + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="11" fill="#222">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="12" y="18" font-size="14" font-weight="bold">{escape(title)}</text>',
    ]
    for number, name in enumerate(series):
        x = LABELS + 110 * number
        parts.append(f'<rect x="{x}" y="26" width="10" height="10" fill="{COLOURS[number]}"/>')
        parts.append(f'<text x="{x + 15}" y="35">{escape(name)}</text>')
    for decade in range(decades + 1):
        tick = LABELS + scale * decade
        parts.append(f'<path d="M{tick:.1f} {TOP}V{height - BOTTOM}" stroke="#ddd"/>')
        label = f"{SMALLEST_MS * 10**decade:g} ms"
        parts.append(f'<text x="{tick:.1f}" y="{height - BOTTOM + 16}" text-anchor="middle">{label}</text>')
    for row, (name, values) in enumerate(rows.items()):
        y = TOP + group * row + GAP / 2
        parts.append(f'<text x="{LABELS - 8}" y="{y + group / 2}" text-anchor="end">{escape(name)}</text>')
        for number, value in enumerate(values):
            length = max(1.0, scale * math.log10(max(value, SMALLEST_MS) / SMALLEST_MS))
            top = y + BAR * number
            parts.append(
                f'<rect x="{LABELS}" y="{top:.1f}" width="{length:.1f}" height="{BAR - 1}" fill="{COLOURS[number]}"/>'
            )
            parts.append(f'<text x="{LABELS + length + 4:.1f}" y="{top + 9:.1f}" font-size="9">{value:.2f}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
