"""Counting: a number of things, as people say it."""


def counted(number: int, one: str, several: str = "") -> str:
    """Such as ``1 file``, ``1,200 files``; ``several`` where the plural is not made by an s."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
