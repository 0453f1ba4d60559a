"""How sure each fact about the vendor is: documented, seen live, told by others, or unconfirmed.

A fact that holds several things has the grade of its main one; what in it is unconfirmed is a switch.
"""

DOCUMENTED, SEEN, TOLD, UNCONFIRMED = "documented", "seen live", "told by others", "unconfirmed"
_SEEN = {12, 21, 23, 40}
_TOLD = {8, 60, 70}
_UNCONFIRMED = {22, 30, 41, 52, 56}
LAST = 82


def of_fact(number: int) -> str:
    """The grade of a fact of the accounts server, of Books or of CRM."""
    for grade, numbers in ((SEEN, _SEEN), (TOLD, _TOLD), (UNCONFIRMED, _UNCONFIRMED)):
        if number in numbers:
            return grade
    return DOCUMENTED


def of_facts(numbers: tuple[int, ...]) -> str:
    """The grade of what rests on several facts: that of most of them, the weaker where two are even."""
    order = (UNCONFIRMED, TOLD, SEEN, DOCUMENTED)
    grades = [of_fact(number) for number in numbers] or [DOCUMENTED]
    return max(order, key=grades.count)
