"""The standard modules: what they are called, from which edition on, what is related to them."""

from dataclasses import dataclass

Related = tuple[tuple[str, str, str], ...]
NOTES_AND_FILES: Related = (("Notes", "Notes", "Parent_Id"), ("Attachments", "Attachments", "Parent_Id"))
ACTIVITIES: Related = (
    ("Tasks", "Tasks", "What_Id"),
    ("Events", "Events", "What_Id"),
    ("Calls", "Calls", "What_Id"),
)
BY_PERSON: Related = (
    ("Tasks", "Tasks", "Who_Id"),
    ("Events", "Events", "Who_Id"),
    ("Calls", "Calls", "Who_Id"),
)


@dataclass(frozen=True, slots=True)
class Standard:
    """One standard module. `related` are (list, module, the field there that points here)."""

    api_name: str
    name_field: str
    duplicates: tuple[str, ...] = ()
    related: Related = ()
    edition: str = "free"
    singular: str = ""
    generated_type: str = "default"


def _orders(field: str) -> Related:
    return (
        ("Quotes", "Quotes", field),
        ("SalesOrders", "Sales_Orders", field),
        ("Invoices", "Invoices", "Deal_Name__s" if field == "Deal_Name" else field),
    )


PAID = "professional"
STANDARD = (
    Standard("Leads", "Full_Name", ("Email",), (*NOTES_AND_FILES, *ACTIVITIES)),
    Standard(
        "Accounts",
        "Account_Name",
        ("Account_Name",),
        (
            *NOTES_AND_FILES,
            ("Contacts", "Contacts", "Account_Name"),
            ("Deals", "Deals", "Account_Name"),
            *ACTIVITIES,
            *_orders("Account_Name"),
            ("Member_Accounts", "Accounts", "Parent_Account"),
            ("Subscriptions", "Subscriptions", "Account"),
        ),
    ),
    Standard(
        "Contacts",
        "Full_Name",
        ("Email",),
        (
            *NOTES_AND_FILES,
            ("Deals", "Deals", "Contact_Name"),
            *BY_PERSON,
            *_orders("Contact_Name"),
            ("Purchase_Orders", "Purchase_Orders", "Contact_Name"),
        ),
    ),
    Standard(
        "Deals",
        "Deal_Name",
        ("Deal_Name",),
        (*NOTES_AND_FILES, *ACTIVITIES, *_orders("Deal_Name")),
    ),
    Standard("Tasks", "Subject", related=NOTES_AND_FILES),
    Standard("Events", "Event_Title", related=NOTES_AND_FILES, singular="Meeting"),
    Standard("Calls", "Subject", related=NOTES_AND_FILES),
    Standard("Campaigns", "Campaign_Name", related=(*NOTES_AND_FILES, ("Deals", "Deals", "Campaign_Source"))),
    Standard("Products", "Product_Name", ("Product_Name",), NOTES_AND_FILES),
    Standard(
        "Vendors",
        "Vendor_Name",
        ("Vendor_Name",),
        (
            *NOTES_AND_FILES,
            ("Products", "Products", "Vendor_Name"),
            ("Purchase_Orders", "Purchase_Orders", "Vendor_Name"),
            ("Contacts", "Contacts", "Vendor_Name"),
        ),
    ),
    Standard(
        "Quotes",
        "Subject",
        related=(*NOTES_AND_FILES, ("SalesOrders", "Sales_Orders", "Quote_Name")),
        edition=PAID,
    ),
    Standard(
        "Sales_Orders",
        "Subject",
        related=(*NOTES_AND_FILES, ("Invoices", "Invoices", "Sales_Order")),
        edition=PAID,
    ),
    Standard("Purchase_Orders", "Subject", related=NOTES_AND_FILES, edition=PAID),
    Standard("Invoices", "Subject", related=NOTES_AND_FILES, edition=PAID),
    Standard("Notes", "Note_Title"),
    Standard("Attachments", "File_Name"),
    Standard("Subscriptions", "Name", related=NOTES_AND_FILES, edition=PAID, generated_type="custom"),
    Standard("Quoted_Items", "Product_Name", edition=PAID, generated_type="subform"),
    Standard("Ordered_Items", "Product_Name", edition=PAID, generated_type="subform"),
    Standard("Purchase_Items", "Product_Name", edition=PAID, generated_type="subform"),
    Standard("Invoiced_Items", "Product_Name", edition=PAID, generated_type="subform"),
)
