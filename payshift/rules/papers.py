"""Who issues receipts and statements, and how long a link to one opens it."""

from pydantic import BaseModel, Field


class PaperRules(BaseModel):
    """`migrate` puts the issuer's words into the database; a receipt keeps those of the day on which it was issued."""

    # They begin each number, and stand for one issuer: another company takes others.
    RECEIPT_LETTERS: str = Field(default="PS", pattern=r"^[A-Z]{1,8}$")
    # Empty: BRAND_NAME.
    ISSUER_NAME: str = Field(default="", max_length=120)
    ISSUER_ADDRESS: str = Field(default="", max_length=300)
    TAX_NUMBER: str = Field(default="", max_length=40)
    VAT_NUMBER: str = Field(default="", max_length=40)
    DOCUMENT_LINK_SECONDS: int = Field(default=900, ge=60, le=86_400)
