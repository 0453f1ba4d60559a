"""What the lines of a document bear, in words: compared with its record, and shown in reports."""

from itertools import groupby

from ledgerferry.model.record import LineContent, SalesContent


def borne(content: SalesContent, other: SalesContent) -> str:
    """What a document's lines bear, one after the other, as far as the other document says it too.

    Equal for documents whose lines bear the same.
    """
    said = (_said(line) for line in content.silent_like(other).lines)
    told = [(one, len(list(alike))) for one, alike in groupby(said)]
    return ", ".join(one if count == 1 else f"{count} × {one}" for one, count in told)


def kinds(content: SalesContent) -> str:
    """The kinds of no tax that a document's lines bear, each once."""
    return ", ".join(dict.fromkeys(str(line.treatment) for line in content.lines if line.treatment))


def _said(line: LineContent) -> str:
    rate = "no tax" if line.tax_rate is None else f"{line.tax_rate.normalize():f} %"
    named = line.tax or line.treatment
    return " ".join(part for part in (rate, named and f"({named})", line.account) if part)
