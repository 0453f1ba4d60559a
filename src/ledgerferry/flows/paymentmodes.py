"""Payment modes: the words of sheets, and Books' own names for what they mean (F46)."""

from collections.abc import Mapping
from typing import Final

from ledgerferry.flows.filenames import words

_WORDS: Final[Mapping[str, str]] = {
    "cash": "cash especes liquide comptant bar barzahlung contado efectivo contanti",
    "check": "check cheque cheques scheck assegno talon",
    "creditcard": (
        "card visa mastercard amex maestro creditcard carte cb tarjeta carta kreditkarte debitcard"
    ),
    "banktransfer": (
        "transfer transferred banktransfer bacs chaps fps sepa wire eft ach virement ueberweisung "
        "uberweisung transferencia bonifico iban"
    ),
    "bankremittance": "remittance bankremittance remise",
    "autotransaction": "debit prelevement lastschrift autotransaction",
}
_MEANT: Final = {word: mode for mode, known in _WORDS.items() for word in known.split()}


def mode_of(said: str | None, own: Mapping[str, str], default: str) -> str:
    """Books' mode for what a sheet says; ``own`` are a person's words, which go before the ferry's.

    Where the words mean several modes, or none, it is the default.
    """
    if not said:
        return default
    spoken = words(said)
    asked = {mode for word, mode in own.items() if words(word) and _stands(words(word), spoken)}
    found = asked or {_MEANT[word] for word in spoken if word in _MEANT}
    if found == {"autotransaction", "creditcard"}:
        found = {"creditcard"}  # a debit card
    return found.pop() if len(found) == 1 else default


def _stands(words_of: list[str], spoken: list[str]) -> bool:
    size = len(words_of)
    return any(spoken[at : at + size] == words_of for at in range(len(spoken) - size + 1))
