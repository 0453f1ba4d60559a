"""What was typed and is no command: for programs, one JSON document like every other ending."""

import os
from typing import TYPE_CHECKING, Any

from typer.core import TyperGroup

from ledgerferry.faces.cli.output import Output

if TYPE_CHECKING:
    from typer import Context

_USAGE = 2


class Verbs(TyperGroup):
    """The verbs together. A word or flag that none of them knows ends with exit code 2 and its document."""

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:  # type: ignore[override] # its own click
        """The flags before the verb; notes whether a document was asked for."""
        ctx.meta[__name__] = "--json" in args or bool(os.environ.get("FERRY_JSON"))
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            # Told in the document where it is a wrong usage, and it goes on.
            _documented(ctx, error)
            raise

    def invoke(self, ctx: "Context") -> Any:  # type: ignore[override] # noqa: ANN401 as the class it extends
        """Do the verb; what it raises itself has been told already."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            # Told in the document where it is a wrong usage, and it goes on.
            _documented(ctx, error)
            raise


def _documented(ctx: "Context", error: Exception) -> None:
    told = getattr(error, "format_message", None)
    if told is not None and getattr(error, "exit_code", None) == _USAGE:
        Output(json=bool(ctx.meta[__name__])).document({"error": {"exit": _USAGE, "text": told()}})
