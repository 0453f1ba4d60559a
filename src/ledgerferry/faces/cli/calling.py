"""The verbs that call Zoho directly: any call of any product, and queries of CRM."""

import json as jsons
import sys
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ledgerferry.faces.cli import options
from ledgerferry.faces.cli.exits import Code, ending
from ledgerferry.faces.cli.opening import opened
from ledgerferry.faces.cli.output import Output
from ledgerferry.model.counting import counted

if TYPE_CHECKING:
    from ledgerferry.faces.house import House
    from ledgerferry.wire.message import Body, Reply

crm = typer.Typer(help="Ask Zoho CRM.", no_args_is_help=True)
# Rows of a query without a limit of its own that a person is shown.
_SHOWN: Final = 200


@ending
def zoho(
    product: Annotated[
        str,
        typer.Argument(help="books, crm, desk, people, projects, campaigns or analytics.", metavar="PRODUCT"),
    ],
    method: Annotated[str, typer.Argument(help="GET, POST, PUT, PATCH or DELETE.", metavar="METHOD")],
    path: Annotated[
        str, typer.Argument(help="Such as /invoices, or whole: /crm/bulk/v8/read.", metavar="PATH")
    ],
    connection: options.Connection = None,
    query: options.Query = None,
    header: options.Header = None,
    data: options.Data = None,
    form: options.Form = None,
    file: options.Upload = None,
    field: options.UploadField = "file",
    save: options.Save = None,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Make one call to Zoho, signed and paced, and print the answer as it came."""
    with opened(home, config) as house:
        from ledgerferry.faces import accounts

        name, out = _connection(house, connection, product), Output(json=json)
        whole, pairs = _address(method, path, query)
        body, named = _body(data, form, file, field), _plain("--header", header)
        if save is None:
            _answered(out, accounts.raw(house, name, product, method, whole, pairs, body, None, named))
            return int(Code.DONE)
        with save.open("wb") as sink:
            reply = accounts.raw(house, name, product, method, whole, pairs, body, sink, named)
            sink.write(reply.content)
        out.document({"status": reply.status, "saved": str(save)})
        out.say(f"HTTP {reply.status}, saved to {save}.")
        return int(Code.DONE)


@crm.command("query")
@ending
def query_crm(
    select: Annotated[
        str,
        typer.Argument(
            help="COQL, such as: select Last_Name from Contacts where Email = :email", metavar="QUERY"
        ),
    ],
    connection: options.Connection = None,
    param: options.Param = None,
    page_all: options.PageAll = False,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Ask CRM with COQL; :names stand for values, which are never read as query."""
    with opened(home, config) as house:
        from ledgerferry.faces import accounts
        from ledgerferry.wire import exactjson

        out, values = Output(json=json), _values(param or [])
        _bindable(select, values)
        rows = accounts.crm(house, _connection(house, connection, "crm")).query(select, **values)
        if page_all:
            count = _lines(rows)
            out.say(f"{counted(count, 'row')}.")
            return int(Code.DONE)
        found = [dict(row) for row in islice(rows, _SHOWN + 1)]
        more, found = len(found) > _SHOWN, found[:_SHOWN]
        if json:
            sys.stdout.write(exactjson.dumps({"rows": found, "count": len(found), "more": more}) + "\n")
        out.table(
            "Rows", list(found[0]) if found else [], [[_cell(v) for v in row.values()] for row in found]
        )
        rest = "; there are more: --page-all shows them all." if more else "."
        out.say(counted(len(found), "row") + rest)
        return int(Code.DONE)


def _connection(house: "House", given: str | None, product: str) -> str:
    """The connection meant: the one that was named, else the only one that reaches the product."""
    from ledgerferry.faces.productsettings import is_account
    from ledgerferry.faces.settings import WrongUsage
    from ledgerferry.systems.zoho.products import product as product_of

    try:
        product_of(product)
    except LookupError as error:
        raise WrongUsage(f"{error}.") from None
    if given is not None:
        return given
    known = {name: a for name, a in house.connections.all().items() if is_account(name)}
    fitting = [name for name, a in known.items() if product in (a.products or (a.product,))]
    if len(fitting) == 1:
        return fitting[0]
    told = (
        f"Several connections reach {product}: {', '.join(fitting)}."
        if fitting
        else (f"No connection reaches {product}: `ferry connect zoho NAME --products {product}` makes one.")
    )
    raise WrongUsage(f"{told} Say which with --connection.")


def _address(method: str, path: str, query: Iterable[str] | None) -> tuple[str, dict[str, str]]:
    """The path and all of its parameters, those that stand in it too."""
    from ledgerferry.faces.settings import WrongUsage

    if method.upper() not in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        raise WrongUsage(f"METHOD {method} is none of GET, POST, PUT, PATCH and DELETE.")
    whole, _, given = path.partition("?")
    return whole, _pairs([*given.split("&")] if given else []) | _pairs(query or [])


def _answered(out: Output, reply: "Reply") -> None:
    from ledgerferry.wire import exactjson

    text = reply.content.decode("utf-8", "replace")
    try:
        body: Any = reply.json() if reply.content else None
    except ValueError:
        body = text
    if out.json:
        sys.stdout.write(exactjson.dumps({"status": reply.status, "body": body}) + "\n")
        return
    out.say(f"HTTP {reply.status}")
    sys.stdout.write(text + ("" if text.endswith("\n") or not text else "\n"))


def _pairs(given: Iterable[str]) -> dict[str, str]:
    from urllib.parse import unquote_plus

    return {
        unquote_plus(name): unquote_plus(value) for name, _, value in (each.partition("=") for each in given)
    }


def _values(given: Iterable[str]) -> dict[str, Any]:
    """Values by name; a name that occurs again makes a list."""
    from ledgerferry.faces.settings import WrongUsage

    found: dict[str, Any] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name.isidentifier():
            raise WrongUsage(f"--param {each}: give NAME=VALUE.")
        before = found.get(name)
        listed = before if isinstance(before, list) else [before] if before is not None else None
        found[name] = [*listed, value] if listed is not None else value
    return found


def _bindable(select: str, values: Mapping[str, Any]) -> None:
    from ledgerferry.faces.settings import WrongUsage
    from ledgerferry.systems.crm.parameters import Unbindable, bind

    try:
        bind(select, values)
    except Unbindable as error:
        raise WrongUsage(f"The query and its --param do not fit: {error}.") from None


def _plain(flag: str, given: Iterable[str] | None) -> dict[str, str]:
    """Names and values exactly as they are given."""
    from ledgerferry.faces.settings import WrongUsage

    found = [each.partition("=") for each in given or []]
    if wrong := next((name for name, equals, _ in found if not equals or not name), None):
        raise WrongUsage(f"{flag} {wrong}: give NAME=VALUE.")
    return {name.strip(): value for name, _, value in found}


def _body(data: str | None, form: Iterable[str] | None, file: Path | None, field: str) -> "Body | None":
    from ledgerferry.faces.settings import WrongUsage
    from ledgerferry.wire import exactjson
    from ledgerferry.wire.message import FileBody, FormBody, JsonBody

    if sum(given is not None for given in (data, form, file)) > 1:
        raise WrongUsage("Give one of --data, --form and --file.")
    if form is not None:
        return FormBody(tuple(_plain("--form", form).items()))
    if file is not None:
        import mimetypes

        media = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return FileBody(field, file.name, media, file)
    if data is None:
        return None
    try:
        text = Path(data[1:]).read_text(encoding="utf-8") if data.startswith("@") else data
        return JsonBody(exactjson.loads(text))
    except OSError as error:
        raise WrongUsage(f"--data {data}: the file cannot be read ({error.strerror}).") from None
    except ValueError as error:
        raise WrongUsage(f"--data is no JSON: {error}.") from None


def _lines(rows: Iterable[Mapping[str, Any]]) -> int:
    from ledgerferry.wire import exactjson

    count = 0
    for row in rows:
        sys.stdout.write(exactjson.dumps(dict(row)) + "\n")
        count += 1
    return count


def _cell(value: object) -> str:
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("id") or jsons.dumps(value, default=str))
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)


VERBS: tuple[Callable[..., None], ...] = (zoho,)
