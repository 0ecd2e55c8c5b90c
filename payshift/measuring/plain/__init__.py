"""Two lists in plain Ninja, as a good example would write them, to compare with. Mounted by nothing but the bench."""
