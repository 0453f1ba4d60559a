"""Refusals in the words of CRM (F59)."""

from ledgerferry_sandbox.exchange import Row


class Refusal(Exception):
    """An answer, or the part of one for a record, that says no: code, message, details and HTTP status."""

    def __init__(self, code: str, message: str, details: Row | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details: Row = details or {}
        self.status = status

    def row(self) -> Row:
        """The error as it stands in a body."""
        return {"code": self.code, "details": self.details, "message": self.message, "status": "error"}


class Listed(Refusal):
    """A refusal that stands in the list of its answer, as those of settings do."""

    def __init__(self, key: str, refusal: Refusal) -> None:
        super().__init__(refusal.code, refusal.message, refusal.details, refusal.status)
        self.key = key

    def row(self) -> Row:
        """The list with the error in it."""
        return {self.key: [super().row()]}


def invalid(details: Row, message: str = "invalid data") -> Refusal:
    """INVALID_DATA: a value that the field, parameter or path cannot take."""
    return Refusal("INVALID_DATA", message, details)


def missing(api_name: str, path: str) -> Refusal:
    """MANDATORY_NOT_FOUND: a key that an object of the body must have."""
    details: Row = {"api_name": api_name, "json_path": f"{path}.{api_name}"}
    return Refusal("MANDATORY_NOT_FOUND", "required field not found", details)


def wrong(api_name: str, path: str, message: str = "invalid data", **details: object) -> Refusal:
    """INVALID_DATA: a value that a key of the body cannot take."""
    return invalid({"api_name": api_name, "json_path": f"{path}.{api_name}", **details}, message)


def taken(api_name: str, path: str, number: str) -> Refusal:
    """DUPLICATE_DATA: a value that another one has already."""
    details: Row = {"api_name": api_name, "json_path": f"{path}.{api_name}", "id": number}
    return Refusal("DUPLICATE_DATA", "duplicate data", details)


def missing_parameter(name: str) -> Refusal:
    """REQUIRED_PARAM_MISSING: a query parameter that must be there."""
    return Refusal(
        "REQUIRED_PARAM_MISSING",
        "One of the expected parameter is missing",
        {"param_name": name, "param": name},
    )


def wrong_parameter(name: str, message: str = "invalid data") -> Refusal:
    """INVALID_DATA for a query parameter."""
    return invalid({"param_name": name, "param": name}, message)


def invalid_module(name: str, *, in_path: bool = True) -> Refusal:
    """INVALID_MODULE: a module that there is not, or not in this edition."""
    in_query = {"api_name": name, "param_name": "module", "param": name}
    details: Row = {"resource_path_index": 0} if in_path else in_query
    return Refusal("INVALID_MODULE", "the module name given seems to be invalid", details)


def invalid_id(index: int = 1) -> Refusal:
    """INVALID_DATA for an id in the path that is nobody's."""
    return invalid({"resource_path_index": index}, "the id given seems to be invalid")
