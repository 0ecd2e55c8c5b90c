"""One page per job and per person: what happened, where the money is, what staff noted, and what they can do."""
