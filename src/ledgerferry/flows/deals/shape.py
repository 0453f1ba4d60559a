"""Shape: customers and documents of the books become accounts, contacts and deals of a CRM. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from nameparser import HumanName

from ledgerferry.engine.planning import Wanted
from ledgerferry.flows.policy import CrmPolicy, RateWay
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.document import DocumentKind
from ledgerferry.model.ids import Identity, counterpart
from ledgerferry.model.record import (
    AccountContent,
    ContactContent,
    CustomerContent,
    DealContent,
    FileContent,
    InvoiceContent,
)

LINK = "workbook>crm"
# A deal's name holds so many characters in CRM.
_LONGEST_NAME = 120
# An exchange rate has so many decimals there.
_RATE_DECIMALS = Decimal("0.000000001")


@dataclass(frozen=True)
class Rules:
    """How deals are made: the policy, and the day that stages are judged by.

    ``credited`` is what credit notes take of each invoice.
    """

    policy: CrmPolicy
    today: date
    credited: Mapping[str, Decimal] = field(default_factory=dict)


def account(identity: str, customer: CustomerContent) -> Wanted:
    """The account that a customer is."""
    content = AccountContent(
        name=customer.name,
        customer=identity,
        phone=customer.phone,
        vat_number=customer.vat_number,
        address=customer.address,
    )
    return Wanted(counterpart(identity, "account"), content)


def contact(identity: str, customer: CustomerContent) -> Wanted | None:
    """The person of a customer; None where it names neither a person nor an e-mail address.

    A single name is a last name. Without any the e-mail address itself stands for it.
    """
    if not customer.contact and not customer.email:
        return None
    first, last = _names(customer.contact or "")
    content = ContactContent(
        account=counterpart(identity, "account"),
        customer=identity,
        first_name=first,
        last_name=last or customer.email or customer.contact or "",
        email=customer.email,
        phone=customer.phone,
    )
    return Wanted(counterpart(identity, "contact"), content)


def _names(person: str) -> tuple[str | None, str | None]:
    """First and last name; all of a name's words are in one of them."""
    parsed = HumanName(person)
    last = " ".join(part for part in (parsed.last, parsed.suffix) if part)
    first = " ".join(part for part in (parsed.title, parsed.first, parsed.middle) if part)
    if not last:
        return None, first or person.strip() or None
    return first or None, last


def deal(shaped: Shaped, customer: CustomerContent, rules: Rules) -> DealContent | None:
    """The deal that a document is; None for a credit note, which makes no deal and lowers none."""
    document = shaped.document
    if not isinstance(document, InvoiceContent):
        return None
    stage, closing = standing(shaped, rules)
    named = {"number": document.number, "customer": customer.name, "reference": document.reference or ""}
    person = contact(shaped.customer_identity, customer)
    return DealContent(
        name=rules.policy.deal_name.format(**named)[:_LONGEST_NAME].strip(),
        document=shaped.identity,
        account=counterpart(shaped.customer_identity, "account"),
        contact=person.identity if person else None,
        stage=stage,
        amount=document.figures.gross,
        currency=document.currency,
        exchange_rate=_stated(document.exchange_rate, rules.policy.exchange_rate),
        closing=closing,
    )


def _stated(rate: Decimal | None, way: RateWay | None) -> Decimal | None:
    """A document's rate (home units for one of its currency) as the CRM states rates; None: left to it."""
    if not rate or way is None:
        return None
    return (rate if way is RateWay.HOME else 1 / rate).quantize(_RATE_DECIMALS).normalize()


def standing(shaped: Shaped, rules: Rules) -> tuple[str, date]:
    """A document's stage and closing day, as of today.

    Paid in full, credit notes counted: the day of its last payment. One that only credit notes settle was not
    paid. Not, and longer than ``lost_after_days`` over its due date
    (without one its date): lost on the first such day, also where a part was paid. Else open until due.
    """
    document, stages = shaped.document, rules.policy.stages
    due = getattr(document, "due", None) or document.issued
    settled = shaped.paid + rules.credited.get(shaped.identity, Decimal(0))
    if settled >= document.figures.gross and (shaped.payments or not document.figures.gross):
        return stages["paid"], max((p.content.paid_on for p in shaped.payments), default=document.issued)
    lost_on = due + timedelta(days=rules.policy.lost_after_days + 1)
    return (stages["lost"], lost_on) if rules.today >= lost_on else (stages["open"], due)


def files(wanted: Iterable[Wanted]) -> list[Wanted]:
    """The same files for the deals of their documents, once more each; credit notes have no deal."""
    return [
        Wanted(_beside(one.identity), one.content.model_copy(update={"document": _deal_of(one.content)}))
        for one in wanted
        if isinstance(one.content, FileContent) and _is_invoice(one.content.document)
    ]


def _deal_of(content: FileContent) -> str:
    return counterpart(content.document, "deal")


def _is_invoice(identity: str) -> bool:
    return Identity.parse(identity).kind == DocumentKind.INVOICE


def _beside(identity: str) -> str:
    own = Identity.parse(identity)
    return str(Identity(own.seller, own.kind, f"deal/{own.name}", own.year))


def wants(
    customers: Sequence[tuple[str, CustomerContent]], deals: Sequence[tuple[str, DealContent]]
) -> list[Wanted]:
    """Accounts, then their contacts, then deals: each after what it names."""
    persons = [person for one in customers if (person := contact(*one)) is not None]
    made = [Wanted(counterpart(document, "deal"), content) for document, content in deals]
    return [*(account(*one) for one in customers), *persons, *made]
