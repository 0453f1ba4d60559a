"""The one thing that a simulation can say besides that all went well."""


class Broken(AssertionError):
    """An invariant does not hold; its name comes first."""

    def __init__(self, name: str, what: str) -> None:
        self.name = name
        super().__init__(f"{name}: {what}")
