"""Classification (客户分级): schemes whose letters mean something only inside themselves, applied to everybody.

A scheme's rule is written in `pharmasales.rules`; `classify` fits it where it needs a population, then grades.
"""

from pharmasales.classification.classify import Classification, Graded, classify, letters_of
from pharmasales.classification.grade import Grade, Scheme
from pharmasales.classification.schemes import SCHEMES, abc, agent, decile, doctor_matrix

__all__ = [
    "SCHEMES",
    "Classification",
    "Grade",
    "Graded",
    "Scheme",
    "abc",
    "agent",
    "classify",
    "decile",
    "doctor_matrix",
    "letters_of",
]
