"""Refusals in the words of Books."""


class Refusal(Exception):
    """An answer that says no: Books' code, its message and the HTTP status (table 2.3)."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def invalid(field: str) -> Refusal:
    """Code 2: a value that cannot be read."""
    return Refusal(2, f"Invalid value passed for {field}")


def missing(field: str) -> Refusal:
    """Code 15: a field that is missing, or too long."""
    return Refusal(15, f"Please ensure that the {field} is given and not too long.")


def forbidden(sentence: str) -> Refusal:
    """Code 1006, a guess: Books does not allow this move for this record now."""
    return Refusal(1006, sentence)
