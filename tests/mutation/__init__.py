"""`make mutate`: what the tests do not see. The code is changed in one place at a time, and its tests are run.

All of it happens in one process with one database: it collects the tests, sees which of them reach which lines, and
then forks for each mutant, replaces the code of living functions, and runs the tests that reach the changed line until
one fails.
"""
