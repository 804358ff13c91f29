"""The kinds of formula, each written once and named by the packs: company.py for sums, lines.py for persons and fairs.

Every kind says which names it wants (see conditions.py for the form of a slot). A formula returns the award as if every
condition were met; whether it is due is decided in calculate.py.
"""

from __future__ import annotations

from caseworker.policy.kinds import company, lines
from caseworker.policy.kinds.registry import FORMULA_KINDS, FormulaKind

__all__ = ["FORMULA_KINDS", "FormulaKind", "company", "lines"]
