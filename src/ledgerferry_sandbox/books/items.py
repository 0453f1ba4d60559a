"""Items: created, changed, listed, deleted, switched active and inactive (F28)."""

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply, read
from ledgerferry_sandbox.books.customfields import CustomInput, spread
from ledgerferry_sandbox.books.errors import Refusal, forbidden, missing
from ledgerferry_sandbox.books.item_models import Item, ItemFields
from ledgerferry_sandbox.books.listing import Column, View, decimal, listed, moment
from ledgerferry_sandbox.books.wire import folded, number
from ledgerferry_sandbox.exchange import Row


def create(book: Book, fields: ItemFields) -> Item:
    """A new item; whether its name must be the only one of its kind is a switch."""
    if not fields.name.strip():
        raise missing("name")
    if "rate" not in fields.model_fields_set:
        raise missing("rate")
    item_id, now = book.new_id(), book.now()
    _check(book, fields, item_id)
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    made = {
        "item_id": item_id,
        "custom_fields": book.custom_values(book.items, item_id, (), fields.custom_fields),
        "created_time": now,
        "last_modified_time": now,
    }
    return book.items.put(Item.model_construct(**given | made))


def update(book: Book, item: Item, fields: ItemFields) -> Item:
    """The item with the given fields changed."""
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    _check(book, fields, item.item_id)
    given["custom_fields"] = book.custom_values(
        book.items, item.item_id, item.custom_fields, fields.custom_fields
    )
    return keep(book, item, **given)


def keep(book: Book, item: Item, **changes: object) -> Item:
    """The item with these changes, modified now."""
    return book.items.put(item.model_copy(update={**changes, "last_modified_time": book.now()}))


def _check(book: Book, fields: ItemFields, item_id: str) -> None:
    if fields.tax_id:
        book.tax_or_group(fields.tax_id)
    if fields.account_id:
        book.account(fields.account_id)
    alone = book.switches.at("item_name") == "unique"
    holders = book.items.find("name", folded(fields.name)) if alone and fields.name else []
    if any(holder.item_id != item_id for holder in holders):
        raise Refusal(1001, f'Item "{fields.name}" already exists.')


def remove(book: Book, item: Item) -> None:
    """Deletes an item that no transaction names."""
    documents = (*book.invoices, *book.creditnotes, *book.bills)
    if any(line.item_id == item.item_id for document in documents for line in document.line_items):
        raise forbidden("The item is part of transactions and cannot be deleted; mark it as inactive.")
    book.items.drop(item.item_id)


def shown(book: Book, item: Item) -> Row:
    """The item as its detail, its list row and the control plane show it."""
    tax = book.tax_or_group(item.tax_id) if item.tax_id else None
    return (
        item.model_dump(mode="json")
        | {
            "tax_name": tax.tax_name if tax else "",
            "tax_percentage": str(number(tax.tax_percentage)) if tax else "",
            "tax_type": tax.tax_type if tax else "",
            "custom_field_hash": spread(item.custom_fields),
        }
        | spread(item.custom_fields)
    )


def view(book: Book) -> View[Item]:
    """How items are listed (F28)."""
    columns: dict[str, Column[Item]] = {
        "name": Column(lambda kept: kept.name, index="name"),
        "description": Column(lambda kept: kept.description),
        "rate": Column(lambda kept: kept.rate, decimal),
        "tax_id": Column(lambda kept: kept.tax_id),
        "tax_name": Column(lambda kept: book.tax_or_group(kept.tax_id).tax_name if kept.tax_id else ""),
        "is_taxable": Column(lambda kept: str(kept.is_taxable)),
        "tax_exemption_id": Column(lambda kept: kept.tax_exemption_id),
        "account_id": Column(lambda kept: kept.account_id),
    }
    undocumented = book.switches.at("undocumented_filters") == "work"
    if undocumented:
        columns["last_modified_time"] = Column(lambda kept: kept.last_modified_time, moment)
    return View(
        book.items,
        "Items",
        columns,
        lambda kept: shown(book, kept),
        sort="name",
        sortable=("name", "rate", "tax_name", *(["last_modified_time"] if undocumented else [])),
        named={
            "Status.Active": lambda kept: kept.status == "active",
            "Status.Inactive": lambda kept: kept.status == "inactive",
        },
        search=lambda kept: (kept.name, kept.description, kept.sku),
        custom="works" if undocumented else "ignored",
    )


def index(book: Book, call: Call) -> Reply:
    """GET /items (F24, F28)."""
    held = book.once(view)
    page = listed(held, call, "A")
    return Reply({"items": [held.row(each) for each in page.records], "page_context": page.context})


def details(book: Book, call: Call) -> Reply:
    """GET /itemdetails?item_ids=: several items at once."""
    rows = [shown(book, book.item(asked)) for asked in call.several("item_ids")]
    return Reply({"items": rows})


def post(book: Book, call: Call) -> Reply:
    """POST /items (F45)."""
    item = create(book, call.payload(ItemFields))
    return Reply({"item": shown(book, item)}, "The item has been added.", 201)


def get(book: Book, call: Call) -> Reply:
    """GET /items/{id}."""
    return Reply({"item": shown(book, book.item(call.ids[0]))})


def put(book: Book, call: Call) -> Reply:
    """PUT /items/{id}."""
    item = update(book, book.item(call.ids[0]), call.payload(ItemFields))
    return Reply({"item": shown(book, item)}, "Item details have been saved.")


def delete(book: Book, call: Call) -> Reply:
    """DELETE /items/{id}."""
    remove(book, book.item(call.ids[0]))
    return Reply(message="The item has been deleted.")


def activate(book: Book, call: Call) -> Reply:
    """POST /items/{id}/active."""
    keep(book, book.item(call.ids[0]), status="active")
    return Reply(message="The item has been marked as active.")


def deactivate(book: Book, call: Call) -> Reply:
    """POST /items/{id}/inactive."""
    keep(book, book.item(call.ids[0]), status="inactive")
    return Reply(message="The item has been marked as inactive.")


def put_custom(book: Book, call: Call) -> Reply:
    """PUT /item/{id}/customfields, whose body is a bare list."""
    given = tuple(read(CustomInput, row) for row in call.rows())
    update(book, book.item(call.ids[0]), ItemFields(custom_fields=given))
    return Reply(message="Custom Fields Updated Successfully")
