"""What the calls of settings answer: one result for every object of the body."""

from collections.abc import Callable

from ledgerferry_sandbox.crm.call import Reply
from ledgerferry_sandbox.crm.errors import Listed, Refusal
from ledgerferry_sandbox.exchange import Row


def success(message: str, details: Row | None = None) -> Row:
    """The result of something that was done."""
    return {"code": "SUCCESS", "details": details or {}, "message": message, "status": "success"}


def each(key: str, rows: list[Row], act: Callable[[Row, str], Row], good: int = 200) -> Reply:
    """Acts on every object by itself; `good` is the status where none fails, mixed results are 207 (F58)."""
    results: list[Row] = []
    failed = 0
    for place, row in enumerate(rows):
        try:
            results.append(act(row, f"$.{key}[{place}]"))
        except Refusal as refusal:
            failed += 1
            results.append(Refusal.row(refusal))
    return Reply({key: results}, good if not failed else 400 if failed == len(rows) else 207)


def one(key: str, rows: list[Row], act: Callable[[Row, str], Row], good: int = 200) -> Reply:
    """Acts on the one object of the body; its refusal stands in the list of the answer."""
    try:
        return Reply({key: [act(rows[0], f"$.{key}[0]")]}, good)
    except Refusal as refusal:
        raise Listed(key, refusal) from None
