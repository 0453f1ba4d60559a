"""What the small registers of an organisation start with: its accounts, its user, its place."""

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.register_models import Account, Location, User

ACCOUNTS = (
    ("Undeposited Funds", "cash", "1010"),
    ("Petty Cash", "cash", "1020"),
    ("Bank Account", "bank", "1100"),
    ("Migration Clearing", "other_current_asset", "1190"),
    ("Accounts Receivable", "accounts_receivable", "1200"),
    ("Accounts Payable", "accounts_payable", "2000"),
    ("Tax Payable", "other_current_liability", "2200"),
    ("Opening Balance Adjustments", "equity", "3000"),
    ("Sales", "income", "4000"),
    ("Other Charges", "income", "4090"),
    ("Bad Debt", "expense", "6000"),
    ("Exchange Gain or Loss", "other_expense", "7000"),
)


def registers(book: Book) -> None:
    """A small chart of accounts, of which one is for clearing, one administrator, one location."""
    now = book.now()
    for name, kind, code in ACCOUNTS:
        book.accounts.put(
            Account(
                account_id=book.new_id(),
                account_name=name,
                account_type=kind,
                account_code=code,
                currency_id=book.organization.currency_id,
                is_user_created=name == "Migration Clearing",
                is_system_account=name != "Migration Clearing",
                created_time=now,
                last_modified_time=now,
            )
        )
    user = User(user_id=book.new_id(), name="Robin Ashdown", email="robin@ashdown.example", created_time=now)
    changes = {"user_role": "admin", "status": "active", "is_current_user": True}
    book.users.put(user.model_copy(update=changes))
    book.locations.put(Location(location_id=book.new_id(), location_name="Head Office", is_primary=True))
