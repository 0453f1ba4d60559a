"""Refusals in the words of Books."""


BARE = {
    2: "Invalid value passed.",
    4: "Invalid element.",
    5: "Invalid URL.",
    15: "Invalid length.",
    37: "Not allowed.",
}
"""Other words for the codes whose texts nobody has recorded (table 2.3)."""


class Refusal(Exception):
    """An answer that says no: Books' code, its message and the HTTP status (table 2.3).

    `repeat`: it says that a value is taken already, whatever its code.
    """

    def __init__(self, code: int, message: str, status: int = 400, *, repeat: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.repeat = repeat

    def worded(self, *, bare: bool) -> str:
        """The message, or the bare one of its code; that a value is taken is always said."""
        return BARE.get(self.code, self.message) if bare and not self.repeat else self.message


def invalid(field: str) -> Refusal:
    """Code 2: a value that cannot be read."""
    return Refusal(2, f"Invalid value passed for {field}")


def missing(field: str) -> Refusal:
    """Code 15: a field that is missing, or too long."""
    return Refusal(15, f"Please ensure that the {field} is given and not too long.")


def forbidden(sentence: str) -> Refusal:
    """Code 1006, a guess: Books does not allow this move for this record now."""
    return Refusal(1006, sentence)
