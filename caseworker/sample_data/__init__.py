"""Invented people, companies and hand-in workbooks for practice and tests, from a seed. Nobody here is real.

Knows no database: gives plain data and writes the files that a company would hand in.
"""

from caseworker.sample_data.companies import Company, Employment, School, make_company
from caseworker.sample_data.hand_ins import HandIn, write_hand_ins
from caseworker.sample_data.office import SampleCase, SampleOffice, make_office
from caseworker.sample_data.people import Person, make_people
from caseworker.sample_data.problems import PROBLEM_FILE, write_problem_roster
from caseworker.sample_data.sample import Manifest, make_sample

__all__ = [
    "PROBLEM_FILE",
    "Company",
    "Employment",
    "HandIn",
    "Manifest",
    "Person",
    "SampleCase",
    "SampleOffice",
    "School",
    "make_company",
    "make_office",
    "make_people",
    "make_sample",
    "write_hand_ins",
    "write_problem_roster",
]
