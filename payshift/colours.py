"""An operator's colour as the web client's, light and dark: readable in the sun, whatever was chosen.

Contrast is that of WCAG 2.2 (relative luminance of sRGB): 7:1 for text, as for the app's own colours.
"""

WHITE, BLACK = "#ffffff", "#000000"
# `card` of web/src/index.css in the dark: the palest ground that dark text of the app stands on.
DARK_CARD = "#1a1d29"
READABLE = 7.0
STEPS = 40

type Parts = tuple[int, int, int]


def stylesheet(colour: str) -> str:
    """Overrides the app's `action` colours; everything else has a meaning of its own and stays."""
    tint = mixed(colour, WHITE, 0.9)
    light = readable(colour, on=tint, towards=BLACK)
    dark_tint = mixed(colour, DARK_CARD, 0.75)
    dark = readable(colour, on=dark_tint, towards=WHITE)
    return (
        f":root{{{_action(light, mixed(light, BLACK, 0.25), tint)}}}\n"
        f"@media (prefers-color-scheme: dark){{:root{{{_action(dark, mixed(dark, WHITE, 0.3), dark_tint)}}}}}\n"
    )


def _action(colour: str, strong: str, tint: str) -> str:
    return f"--color-action:{colour};--color-action-strong:{strong};--color-action-tint:{tint}"


def readable(colour: str, *, on: str, towards: str) -> str:
    """The colour, or the nearest one on the way to `towards` that can be read on this ground."""
    steps = (mixed(colour, towards, step / STEPS) for step in range(STEPS + 1))
    return next((shade for shade in steps if contrast(shade, on) >= READABLE), towards)


def mixed(colour: str, other: str, share: float) -> str:
    """`share` of the other colour in this one."""
    both = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in both)


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    # 0.04045 is sRGB's own bound; WCAG's 0.03928 differs in no colour of eight bits.
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _parts(colour: str) -> Parts:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
