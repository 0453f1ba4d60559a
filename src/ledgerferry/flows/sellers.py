"""Sellers: whether a document was issued by the company whose account is written to."""

from collections import Counter
from collections.abc import Iterable

from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.flows.policy import Policy
from ledgerferry.model.document import Document
from ledgerferry.model.party import name_key

_LEGAL = {"ltd", "limited", "llc", "inc", "plc", "gmbh", "sarl", "sas", "sa", "co", "corp", "company"}


class Sellers:
    """The names under which the account's company issues; ``name`` is the one that the account bears."""

    def __init__(self, name: str, policy: Policy) -> None:
        self._name = name
        self._policy = policy
        self._names = {_bare(n) for n in (name, *policy.sellers)}
        self._letterheads = False

    def trust_letterheads(self, documents: Iterable[Document]) -> Counter[str]:
        """Learn from all documents whether a letterhead can contradict; the other sellers they name.

        Where one document's letterhead is the account's own name, another name on another document is
        another seller. Where none is, letterheads are trade names, and only a labelled seller contradicts.
        """
        names = [d.seller.name for d in documents if d.seller is not None]
        self._letterheads = any(self._own(name) for name in names)
        return Counter(name for name in names if not self._own(name))

    def _own(self, name: str) -> bool:
        read = _bare(name)
        return any(read == own or f" {own} " in f" {read} " for own in self._names if own)

    def check(self, document: Document) -> None:
        """``Unclear`` where the document names another seller."""
        if document.seller is None or self._own(document.seller.name):
            return
        origin = next((o for o in document.origins if o.field == "seller_name"), None)
        labelled = origin is not None and origin.confidence >= self._policy.seller_confidence
        if labelled or self._letterheads:
            raise Unclear(
                "other-seller",
                f"It was issued by {document.seller.name}, and this account is "
                f"{self._name}. Name it under [sellers] if they are one.",
                "seller_name",
            )


def _bare(name: str) -> str:
    return " ".join(w for w in name_key(name).split() if w not in _LEGAL)
