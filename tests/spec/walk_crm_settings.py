"""A walk over what changes the settings of CRM: tags and whatever else people set up."""

from tests.sandbox.caller import Caller, Json
from tests.spec.walk_books import done
from tests.spec.walk_crm import add, crm


def walk(caller: Caller) -> None:
    """Makes, changes and takes away settings, and is refused some of it."""
    tags(caller)


def made(caller: Caller, path: str, key: str, row: Json, **query: object) -> str:
    """The id of something new."""
    said = done(crm(caller, "POST", path, {key: [row]}, **query), 201)
    number: str = said.body[key][0]["details"]["id"]
    return number


def tags(caller: Caller) -> None:
    warm = made(
        caller, "settings/tags", "tags", {"name": "warm one", "color_code": "#57B1FD"}, module="Leads"
    )
    cold = made(caller, "settings/tags", "tags", {"name": "cold one"}, module="Leads")
    row: Json = {"Last_Name": "Marked", "Company": "C", "Tag": [{"name": "cold one"}]}
    [lead] = add(caller, "Leads", row)
    done(crm(caller, "GET", f"Leads/{lead}"))
    renamed = {"tags": [{"id": warm, "name": "hot one"}]}
    done(crm(caller, "PUT", "settings/tags", renamed, module="Leads"))
    done(crm(caller, "PUT", f"settings/tags/{warm}", {"tags": [{"name": "red one"}]}, module="Leads"))
    done(crm(caller, "POST", f"settings/tags/{warm}/actions/merge", {"tags": [{"conflict_id": cold}]}))
    done(crm(caller, "GET", f"settings/tags/{warm}/actions/records_count", module="Leads"))
    again = {"tags": [{"name": "red one"}]}
    done(crm(caller, "POST", "settings/tags", again, module="Leads"), 400)
    done(crm(caller, "POST", "settings/tags", {"tags": [{}]}, module="Leads"), 400)
    done(crm(caller, "GET", "settings/tags", module="Leads"))
    done(crm(caller, "DELETE", f"settings/tags/{warm}"))
    done(crm(caller, "DELETE", f"settings/tags/{warm}"), 400)
