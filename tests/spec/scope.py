"""Which operations of a spec are the sandbox's to answer, and which belong to parts of Zoho it leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.spec.documents import Operation


@dataclass(frozen=True)
class Scope:
    """The parts of a product by their path: those that the sandbox has, and what it leaves out of them."""

    parts: tuple[str, ...]
    left_out: Mapping[str, tuple[str, ...]]

    def holds(self, operation: Operation) -> bool:
        """Whether the sandbox is to answer this operation."""
        pieces = set(operation.template.split("/"))
        inside = any(operation.template.startswith(part) for part in self.parts)
        return inside and not any(pieces & set(words) for words in self.left_out.values())


BOOKS = Scope(
    parts=(
        *("/contacts", "/invoice", "/customerpayment", "/creditnote", "/item", "/organizations"),
        *("/settings/tax", "/settings/currencies", "/chartofaccounts", "/users", "/locations"),
    ),
    left_out={
        "electronic invoices and signatures of single countries": ("einvoice", "cfdi", "dsign", "qrcode"),
        "cards, bank accounts and payment gateways": (
            *("card", "cards", "cardcount", "bankaccount", "bankaccounts", "onlinepayments", "forcepay"),
            *("paymentmethod", "senddunningnotifications"),
        ),
        "paper and text messages": ("sms", "sendretrysms", "snailmail"),
        "the customers' portal": ("portal", "clientreviews", "addtoportal", "removefromportal"),
        "taxes of the United States, the Gulf and India": (
            "track1099",
            "untrack1099",
            "taxinfo",
            "trnstatus",
        ),
        "stock and shipping": (
            *("deliverynote", "deliverynotes", "packingslip", "packingslips", "markasshipped", "unship"),
            *("inventorysummary", "advancedtrackingdetails"),
        ),
        "estimates, sales orders, projects, price lists": (
            *("fromestimates", "fromsalesorder", "mapwithorder", "unmap", "fromprojects", "pricebooks"),
            *("coupons", "expenses"),
        ),
        "own statuses": ("substatus", "readytopush"),
        "moving an organisation": ("copysettings", "downgradetoinvoice", "upgradetobooks"),
    },
)
CRM = Scope(
    parts=("/crm/",),
    left_out={
        "e-mail of records": ("Emails",),
    },
)
