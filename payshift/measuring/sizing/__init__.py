"""What more machines carry and need, computed from what `make load` measured on one."""
