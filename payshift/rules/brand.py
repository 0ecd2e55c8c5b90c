"""What an operator puts on the web client: a name, a colour, a logo. No build is needed for them."""

from pathlib import Path

from pydantic import BaseModel, Field, field_validator

LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}


class BrandRules(BaseModel):
    BRAND_NAME: str = Field(default="Payshift", min_length=1, max_length=40)
    # Empty: the app's own. A pale one is darkened until text in it can be read.
    BRAND_COLOR: str = Field(default="", pattern=r"^(#[0-9a-fA-F]{6})?$")
    # A square picture on the server's disk; empty: the app's own.
    BRAND_LOGO: str = ""

    @field_validator("BRAND_LOGO")
    @classmethod
    def _is_a_picture_that_is_there(cls, path: str) -> str:
        if path and not (Path(path).suffix in LOGO_TYPES and Path(path).is_file()):
            raise ValueError(f"name a file that is there, one of {', '.join(LOGO_TYPES)}")
        return path
