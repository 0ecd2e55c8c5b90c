"""Data as a marketplace of some years would have it, in any amount, written by COPY around the services.

Nothing here is a rule of the business: the rows are made to be what the services would have left behind, and
`verifying` proves it afterwards from the rows themselves.
"""
