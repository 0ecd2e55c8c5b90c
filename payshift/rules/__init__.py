"""Numbers that an operator may set, by subject; `payshift.settings` gives each its own name to the code.

Amounts are in kobo, shares in basis points; the unit is the last word of the name.
"""

from payshift.rules.brand import BrandRules
from payshift.rules.money import MoneyRules
from payshift.rules.operations import OperationsRules
from payshift.rules.papers import PaperRules
from payshift.rules.people import PeopleRules
from payshift.rules.work import WorkRules

RULES = (MoneyRules, PaperRules, WorkRules, PeopleRules, OperationsRules, BrandRules)

__all__ = ["RULES", "BrandRules", "MoneyRules", "OperationsRules", "PaperRules", "PeopleRules", "WorkRules"]
