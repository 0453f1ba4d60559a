"""Every flag of the command, each with its environment name: ``--mail-checked`` is FERRY_MAIL_CHECKED."""

from pathlib import Path
from typing import Annotated, Any

import typer

_MOST_LEFT = 95


def _flag(name: str, help: str, **more: Any) -> Any:  # noqa: A002, ANN401 typer's own names and types
    variable = "FERRY_" + name.partition("/")[0].strip("-").replace("-", "_").upper()
    return typer.Option(name, help=help, envvar=variable, **more)


def percent(text: str | int) -> int:
    """A share in hundredths from 0 to 95, with the sign or without it."""
    said = str(text).strip().removesuffix("%").strip()
    if not said.isdecimal() or not 0 <= int(said) <= _MOST_LEFT:
        raise typer.BadParameter(f"{text!r} is no share from 0 to {_MOST_LEFT}: give one such as 20%.")
    return int(said)


Home = Annotated[Path | None, _flag("--home", "The folder of this client: ledger, key, reports. [./.ferry]")]
Config = Annotated[Path | None, _flag("--config", "The file of links, policies and rates. [./ferry.toml]")]
Json = Annotated[bool, _flag("--json", "Print one JSON document on stdout and nothing else there.")]
Yes = Annotated[bool, _flag("--yes", "Do not ask.")]

Books = Annotated[str, _flag("--books", "The connection to Zoho Books to write to.", metavar="NAME")]
Crm = Annotated[
    str | None,
    _flag("--crm", "The connection to Zoho CRM that accounts, contacts and deals go to.", metavar="NAME"),
]
Limit = Annotated[int | None, _flag("--limit", "Take the first N documents only.", min=1, metavar="N")]
Headroom = Annotated[
    int,
    _flag(
        "--headroom",
        "Leave this share of the day's calls to others, such as 20%.",
        parser=percent,
        metavar="PERCENT",
    ),
]
Letter = Annotated[
    bool, _flag("--letter", "Print the letter that asks for a higher daily limit, system by system.")
]
Wait = Annotated[
    bool, _flag("--wait", "Wait for quotas, also over the day's end; an hour for an account that is away.")
]
CreateTaxes = Annotated[
    bool, _flag("--create-taxes", "Allow tax rates to be created that the account lacks.")
]
AcceptFiled = Annotated[
    bool, _flag("--accept-filed", "Load documents of periods whose tax return was filed.")
]
MailChecked = Annotated[
    bool, _flag("--mail-checked", "A person has seen that reminders and thank-yous are off in the account.")
]
Version = Annotated[
    str | None, _flag("--version", "What this version of ferry planned and wrote.", metavar="VERSION")
]
Since = Annotated[str | None, _flag("--since", "Only what was written from this moment on.", metavar="TIME")]
Until = Annotated[str | None, _flag("--until", "Only what was written before this moment.", metavar="TIME")]
DryRun = Annotated[bool, _flag("--dry-run", "Stop after the plan and its price; nothing is sent.")]
Details = Annotated[bool, _flag("--details", "Read every record in full instead of trusting unmoved rows.")]
Rows = Annotated[bool, _flag("--rows", "Compare every list row, also where sums would cost fewer calls.")]

ClientId = Annotated[str | None, _flag("--client-id", "From the Zoho API console.")]
ClientSecret = Annotated[str | None, _flag("--client-secret", "From the Zoho API console.")]
RefreshToken = Annotated[str | None, _flag("--refresh-token", "A refresh token of that client.")]
GrantCode = Annotated[str | None, _flag("--grant-code", "A self client's code, minutes old; used once.")]
ClientCredentials = Annotated[
    bool, _flag("--client-credentials", "Log in as the client itself, for one organisation (--soid).")
]
Soid = Annotated[
    str | None, _flag("--soid", "The organisation of client credentials, such as ZohoCRM.12345678.")
]
Browser = Annotated[
    bool, _flag("--browser", "Log in with the browser on this machine; it comes back to localhost.")
]
RedirectPort = Annotated[
    int,
    _flag(
        "--redirect-port",
        "The port it comes back to; http://localhost:PORT/callback is the client's.",
        min=1,
        max=65535,
    ),
]
Products = Annotated[
    str, _flag("--products", "What the login shall reach, such as books,crm,desk.", metavar="NAMES")
]
Connection = Annotated[
    str | None, _flag("--connection", "Through which connection; the only one if not given.", metavar="NAME")
]
Data = Annotated[
    str | None, _flag("--data", "The body as JSON, or @FILE to read it from a file.", metavar="JSON")
]
Form = Annotated[
    list[str] | None, _flag("--form", "A field of a url-encoded body; may be repeated.", metavar="K=V")
]
Header = Annotated[list[str] | None, _flag("--header", "A header; may be repeated.", metavar="K=V")]
Upload = Annotated[Path | None, _flag("--file", "A file to send as multipart.", exists=True, dir_okay=False)]
UploadField = Annotated[str, _flag("--field", "The form's field that the file goes into.")]
Query = Annotated[list[str] | None, _flag("--query", "A query parameter; may be repeated.", metavar="K=V")]
Param = Annotated[
    list[str] | None,
    _flag("--param", "A value for :K in the query; repeated K makes a list.", metavar="K=V"),
]
PageAll = Annotated[bool, _flag("--page-all", "Every row, page by page, one JSON object a line.")]
Save = Annotated[Path | None, _flag("--save", "Write the answer's bytes to this file.", metavar="FILE")]
DataCentre = Annotated[
    str | None, _flag("--dc", "us, eu, in, au, jp, ca, sa, uk or cn; found by trying when not given.")
]
AccountsUrl = Annotated[str | None, _flag("--accounts-url", "Another accounts server, such as a sandbox's.")]
ApiUrl = Annotated[str | None, _flag("--api-url", "Another API host, such as a sandbox's.")]
Organization = Annotated[
    str | None, _flag("--organization", "The organisation's id, where the login sees several.", metavar="ID")
]
Plan = Annotated[
    str | None,
    _flag(
        "--plan",
        "free, standard, professional, premium, elite or ultimate (CRM: enterprise too): it "
        "sets the day's calls.",
    ),
]
Probe = Annotated[bool, _flag("--probe", "Settle unconfirmed behaviour with a few harmless calls.")]

Out = Annotated[Path, _flag("--out", "Where the results go.", metavar="DIR")]
Note = Annotated[str, _flag("--note", "Why, in your own words; kept with the decision.", metavar="TEXT")]
With = Annotated[
    Path, _flag("--with", "The right values, as JSON with the keys of an extracted invoice.", metavar="FILE")
]
To = Annotated[
    Path | None, _flag("--to", "The file to write. [ferry-layouts.toml beside ferry.toml]", metavar="FILE")
]
Check = Annotated[bool, _flag("--check", "Walk the whole chain and say whether it holds.")]
About = Annotated[str | None, _flag("--about", "Only entries about this record, operation or connection.")]
Day = Annotated[str | None, _flag("--day", "Only entries of this day (UTC).", metavar="YYYY-MM-DD")]
OfRun = Annotated[str | None, _flag("--run", "Only those of this run.", metavar="RUN")]
Happened = Annotated[bool | None, _flag("--happened/--not", "Whether the call did its work in the system.")]
Ref = Annotated[str | None, _flag("--ref", "The id of the record that it made there.", metavar="ID")]
Folder = Annotated[Path, _flag("--folder", "Where the demo lives; kept for looking.", metavar="DIR")]
Serve = Annotated[bool, _flag("--serve", "Leave the sandbox up until Ctrl-C.")]

Llm = Annotated[
    str | None,
    _flag("--llm", "Ask a local model first: an Ollama or OpenAI-compatible address.", metavar="URL"),
]
Model = Annotated[str, _flag("--model", "Which of its models is asked.", metavar="NAME")]
LlmAllowRemote = Annotated[
    bool, _flag("--llm-allow-remote", "Let texts of documents go to an address that is not private.")
]
