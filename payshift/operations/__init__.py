"""What staff see of Payshift as a running system, in admin: today's numbers, health, and the books."""
