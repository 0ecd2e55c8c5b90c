"""How admin writes times: short, sortable, in UTC as they are stored."""
