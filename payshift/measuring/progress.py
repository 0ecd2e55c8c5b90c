from django.core.management.base import OutputWrapper

WIDTH = 40


class Bar:
    """A bar on a terminal; a line per tenth where output is kept."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out = out
        self.tenth = -1

    def show(self, share: float, doing: str) -> None:
        share = min(1.0, max(0.0, share))
        if self.out.isatty():
            bar = "#" * round(share * WIDTH)
            self.out.write(f"\r  [{bar:{WIDTH}}] {share:4.0%} {doing[:40]:40}", ending="\n" if share == 1 else "")
            self.out.flush()
        elif (tenth := int(share * 10)) > self.tenth:
            self.tenth = tenth
            self.out.write(f"  {share:4.0%} {doing}")
