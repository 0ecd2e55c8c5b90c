"""The ten documented operations as plain Ninja would have them, to compare with. Mounted by nothing but the reports."""
