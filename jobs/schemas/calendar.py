from datetime import datetime
from typing import Annotated

from pydantic import Field

from core.schemas import Out


class CalendarLinkOut(Out):
    url: Annotated[str, Field(description="Secret: whoever has it reads your shifts. It is shown this once.")]
    created_at: datetime
