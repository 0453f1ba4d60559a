"""Contact persons, inside a contact and by themselves (F42)."""

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply, read
from ledgerferry_sandbox.books.errors import Refusal, missing
from ledgerferry_sandbox.books.listing import paged
from ledgerferry_sandbox.books.models import Contact, Person, PersonFields
from ledgerferry_sandbox.books.wire import folded
from ledgerferry_sandbox.exchange import Row


def placed(
    book: Book, contact_id: str, given: tuple[PersonFields, ...], held: tuple[Person, ...]
) -> tuple[Person, ...]:
    """The given persons as a contact's own: those with a held id stay, one of them is primary."""
    known = {person.contact_person_id: person for person in held}
    people: list[Person] = []
    for fields in given:
        former = known.get(fields.contact_person_id)
        people.append(_person(book, contact_id, fields, former))
    _check_emails(book, contact_id, people)
    if people and not any(person.is_primary_contact for person in people):
        people[0] = people[0].model_copy(update={"is_primary_contact": True})
    return tuple(people)


def _person(book: Book, contact_id: str, fields: PersonFields, former: Person | None) -> Person:
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    number = former.contact_person_id if former else book.new_id()
    base = former or Person(contact_id=contact_id)
    return base.model_copy(update={**given, "contact_person_id": number, "contact_id": contact_id})


def _check_emails(book: Book, contact_id: str, people: list[Person]) -> None:
    reach = book.switches.at("email_in_use")
    emails = [folded(person.email) for person in people if person.email]
    twice = len(set(emails)) < len(emails)
    elsewhere = any(
        holder.contact_id != contact_id for email in emails for holder in book.contacts.find("email", email)
    )
    if (reach != "off" and twice) or (reach == "organization" and elsewhere):
        raise Refusal(1038, "Email already in use")


def _owner(book: Book, number: str) -> tuple[Contact, Person]:
    for contact in book.contacts.find("person", number):
        for person in contact.contact_persons:
            if person.contact_person_id == number:
                return contact, person
    raise book.missing("Contact person")


def _keep(book: Book, contact: Contact, people: tuple[Person, ...]) -> None:
    changes = {"contact_persons": people, "last_modified_time": book.now()}
    book.contacts.put(contact.model_copy(update=changes))


def _answer(book: Book, person: Person, message: str, status: int = 200) -> Reply:
    row: Row = person.model_dump(mode="json")
    alone = book.switches.at("single_as_list") == "object" or status == 200
    return Reply({"contact_person": row if alone else [row]}, message, status)


def index(book: Book, call: Call) -> Reply:
    """GET /contacts/{id}/contactpersons."""
    people = book.contact(call.ids[0]).contact_persons
    context = {"page": 1, "per_page": 200, "has_more_page": False}
    return Reply(
        {"contact_persons": [person.model_dump(mode="json") for person in people], "page_context": context}
    )


def everyone(book: Book, call: Call) -> Reply:
    """GET /contacts/contactpersons: those of all contacts."""
    people = [person for contact in book.contacts for person in contact.contact_persons]
    shown, context = paged(people, call, "Contact Persons")
    rows = [person.model_dump(mode="json") for person in shown]
    return Reply({"contact_persons": rows, "page_context": context})


def post(book: Book, call: Call) -> Reply:
    """POST /contacts/contactpersons."""
    row = call.json()
    if not row.get("contact_id"):
        raise missing("contact_id")
    contact = book.contact(str(row["contact_id"]))
    fields = read(PersonFields, {**row, "contact_person_id": ""})
    people = placed(book, contact.contact_id, (*contact.contact_persons, fields), contact.contact_persons)
    _keep(book, contact, people)
    return _answer(book, people[-1], "The contactperson has been Created", 201)


def get(book: Book, call: Call) -> Reply:
    """GET /contacts/contactpersons/{id} and /contacts/{contact}/contactpersons/{id}."""
    return _answer(book, _owner(book, call.ids[-1])[1], "success")


def put(book: Book, call: Call) -> Reply:
    """PUT /contacts/contactpersons/{id}."""
    contact, person = _owner(book, call.ids[0])
    changed = read(PersonFields, {**call.json(), "contact_person_id": person.contact_person_id})
    given = tuple(changed if each is person else each for each in contact.contact_persons)
    people = placed(book, contact.contact_id, given, contact.contact_persons)
    _keep(book, contact, people)
    return _answer(book, _owner(book, call.ids[0])[1], "The contactperson details has been updated.")


def delete(book: Book, call: Call) -> Reply:
    """DELETE /contacts/contactpersons/{id}."""
    contact, person = _owner(book, call.ids[0])
    _keep(book, contact, tuple(each for each in contact.contact_persons if each is not person))
    return Reply(message="The contact person has been deleted.")


def primary(book: Book, call: Call) -> Reply:
    """POST /contacts/contactpersons/{id}/primary."""
    contact, person = _owner(book, call.ids[0])
    marked = (
        each.model_copy(update={"is_primary_contact": each is person}) for each in contact.contact_persons
    )
    _keep(book, contact, tuple(marked))
    return Reply(message="This contact person has been marked as your primary contact person.")
