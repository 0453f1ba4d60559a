"""What COQL answers to a query it cannot run (F69)."""

from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.exchange import Row

LONGEST_NEAR = 40


def unparsable(near: str, line: int, column: int) -> Refusal:
    """SYNTAX_ERROR at a place in the query."""
    details: Row = {"near": near[:LONGEST_NEAR], "line": line, "column": column}
    return Refusal("SYNTAX_ERROR", "error occured while parsing the query", details)


def missing_clause(clause: str) -> Refusal:
    """SYNTAX_ERROR for a query without `from` or `where`."""
    return Refusal("SYNTAX_ERROR", "missing clause", {"clause": clause})


def not_supported() -> Refusal:
    """SYNTAX_ERROR for a statement that is no select."""
    return Refusal("SYNTAX_ERROR", "given coql query not supported", {"clause": "select"})


def unknown_column(name: str, module: str) -> Refusal:
    """INVALID_QUERY for a column that the module does not have."""
    details: Row = {"column_name": name, "module": module}
    return Refusal("INVALID_QUERY", "column given seems to be invalid", details)


def unsupported_column(name: str, data_type: str) -> Refusal:
    """INVALID_QUERY for a column whose type cannot stand there."""
    details: Row = {"column_name": name, "data_type": data_type}
    return Refusal("INVALID_QUERY", "data type not supported", details)


def unsupported_criterion(name: str, operator: str) -> Refusal:
    """INVALID_QUERY for a column that no criterion can be about."""
    details: Row = {"column_name": name, "operator": operator, "cv_criteria": False}
    return Refusal("INVALID_QUERY", "unsupported column in criteria", details)


def wrong_operator(name: str, operator: str) -> Refusal:
    """INVALID_QUERY for an operator that the column's type does not know."""
    details: Row = {"column_name": name, "operator": operator, "reason": "invalid operator found"}
    return Refusal("INVALID_QUERY", "invalid query formed", details)


def wrong_value(name: str, expected: str) -> Refusal:
    """INVALID_QUERY for a value that is not of the column's type."""
    details: Row = {"column_name": name, "expected_data_type": expected}
    return Refusal("INVALID_QUERY", "value given seems to be invalid for the column", details)


def ungrouped(name: str) -> Refusal:
    """INVALID_QUERY for a plain column beside aggregates that the rows are not grouped by."""
    return Refusal("INVALID_QUERY", "invalid query formed", {"column_name": name, "clause": "group by"})


def wrong_limit(given: str) -> Refusal:
    """INVALID_QUERY for a limit or offset that is no number."""
    return Refusal("INVALID_QUERY", "limit given seems to be invalid", {"limit": given})


def zero_limit() -> Refusal:
    """INVALID_DATA for a limit of nothing."""
    return Refusal("INVALID_DATA", "limit should be greater than 0")


def unknown_function(column: str) -> Refusal:
    """INVALID_DATA for a function that is no aggregate; their names are in capitals."""
    details: Row = {"column": column, "reason": "unsupported aggregate function"}
    return Refusal("INVALID_DATA", "invalid data", details)


def exceeded(what: str, limit: int) -> Refusal:
    """LIMIT_EXCEEDED: more of something than a query may have."""
    return Refusal("LIMIT_EXCEEDED", f"{what} exceeded the maximum limit", {"clause": what, "limit": limit})


def repeated(name: str, where: str) -> Refusal:
    """DUPLICATE_DATA: one column twice in the same clause."""
    return Refusal("DUPLICATE_DATA", f"duplicate {where} column", {"column_name": name})


def repeated_aggregate(name: str, function: str) -> Refusal:
    """DUPLICATE_DATA: the same aggregate twice."""
    details: Row = {"column_name": name, "aggregate": function}
    return Refusal("DUPLICATE_DATA", "duplicate aggregate function", details)


def empty_alias(column: str) -> Refusal:
    """INVALID_ALIAS: an alias without letters."""
    details: Row = {"column_name": column, "alias": ""}
    return Refusal("INVALID_ALIAS", "alias name cannot be an empty string", details)


def repeated_alias(alias: str, columns: list[str]) -> Refusal:
    """DUPLICATE_ALIAS: one alias for two columns."""
    details: Row = {"referred_columns": columns, "alias": alias}
    return Refusal("DUPLICATE_ALIAS", "same alias cannot refer more than one column", details)


def alias_of_column(alias: str, column: str) -> Refusal:
    """INVALID_QUERY: an alias that is the name of another selected column."""
    text = (
        "column name or property name given in select columns without alias name "
        "cannot be an alias name for other select columns"
    )
    return Refusal("INVALID_QUERY", text, {"column_name": column, "alias": alias})


def unknown_module() -> Refusal:
    """INVALID_MODULE: a module that there is not."""
    return Refusal("INVALID_MODULE", "the given module is not supported in api")


def unknown_view(number: str) -> Refusal:
    """INVALID_QUERY: a custom view, after `#`, that there is not."""
    return Refusal("INVALID_QUERY", "invalid query formed", {"cvid": number})
