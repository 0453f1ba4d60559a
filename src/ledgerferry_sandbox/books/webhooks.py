"""Webhooks: who is told of which change, in which words, and signed how (F51 to F56)."""

import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.showing import detail, entity_of
from ledgerferry_sandbox.books.webhook_models import History, Parameter, Webhook, Workflow
from ledgerferry_sandbox.desk.outbox import Delivery
from ledgerferry_sandbox.exchange import Row

PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_.]+)\}")
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
RETRY_SECONDS = 60.0
VERBS = {"created": r"creat|add", "edited": r"edit|updat", "deleted": r"delet"}


@dataclass(frozen=True, slots=True)
class Happened:
    """What one call did to one record: created, edited or deleted it."""

    event: str
    entity: str
    entity_id: str
    record: Any


def triggers(rule: Workflow) -> set[str]:
    """The events that a rule's type speaks of, such as `created_or_edited`."""
    return {event for event, words in VERBS.items() if re.search(words, rule.rule_type.lower())}


def filled(text: str, row: Row) -> str:
    """A text with its placeholders replaced: ${INVOICE.INVOICE_NUMBER}, ${JSONString} for the whole."""

    def value(match: re.Match[str]) -> str:
        name = match[1].rpartition(".")[2].lower()
        if name == "jsonstring":
            return json.dumps(row, ensure_ascii=False)
        held = row.get(name, "")
        return json.dumps(held, ensure_ascii=False) if isinstance(held, dict | list) else str(held)

    return PLACEHOLDER.sub(value, text)


def signature(secret: str, url: str, kind: str, body: str) -> str:
    """The documented signature: sorted pairs of query and form, then the raw JSON (F54)."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    if kind == FORM:
        pairs += parse_qsl(body, keep_blank_values=True)
    text = "".join(name + value for name, value in sorted(pairs, key=lambda pair: pair[0]))
    text += body if kind == JSON else ""
    return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()


def _pairs(parameters: tuple[Parameter, ...], row: Row) -> list[tuple[str, str]]:
    return [(each.param_name, filled(each.param_value, row)) for each in parameters]


def _address(hook: Webhook, row: Row) -> str:
    given = (*hook.query_parameters, *hook.additional_parameters, *hook.entity_parameters)
    query = urlencode(_pairs(given, row))
    url = filled(hook.url, row)
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def _content(book: Book, hook: Webhook, entity: str, row: Row) -> tuple[str, str]:
    """Content type and body in one of the three formats (F53)."""
    if "form" in hook.body_type.lower():
        return FORM, urlencode(_pairs(hook.form_data, row))
    if "raw" in hook.body_type.lower():
        body = filled(hook.raw_data, row)
        return (JSON if _is_json(body) else "text/plain"), body
    key = book.switches.at("webhook_payment_key") if entity == "customerpayment" else entity
    return JSON, json.dumps({key: row}, ensure_ascii=False)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def send(book: Book, history: History, after: float = 0.0) -> None:
    """Posts one attempt, `after` so many seconds, and keeps it in the histories.

    Beyond the day's cap nothing is posted and nobody is told so (F56).
    """
    cap = int(book.switches.number("webhook_daily_cap"))
    day = history.created_time.date()
    if cap and sum(each.created_time.date() == day for each in book.histories) >= cap:
        return
    book.histories.put(history)
    about = {
        "history_id": history.history_id,
        "webhook_id": history.webhook_id,
        "entity": history.entity,
        "entity_id": history.entity_id,
        "event": history.event,
    }
    book.desk.outbox.post(
        *("books", history.url, history.body, history.headers),
        method=history.method,
        about=about,
        after=after,
        patience=book.switches.number("webhook_timeout_seconds"),
    )


def again(book: Book, history: History, after: float = 0.0) -> History:
    """Posts the same once more, as another attempt."""
    changes = {
        "history_id": book.new_id(),
        "status": "waiting",
        "response_code": None,
        "attempt": history.attempt + 1,
        "created_time": book.now(),
    }
    made = history.model_copy(update=changes)
    send(book, made, after)
    return made


class Hooks:
    """Hears of every change in the books and posts what the workflow rules say.

    A call's changes are gathered until `fire`, so that a record touched several times is told of once.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._happened: dict[tuple[str, str], Happened] = {}
        for table in (book.invoices, book.contacts, book.payments, book.creditnotes, book.items):
            table.watcher = self._listener(entity_of(table.name), table.key)
        book.desk.outbox.listeners["books"] = self._ended

    def _listener(self, entity: str, key: Callable[[Any], str]) -> Callable[[Any, Any], None]:
        rules = self._book.workflows

        def heard(before: Any, after: Any) -> None:  # noqa: ANN401 - a record of any of the tables
            if not len(rules):
                return
            record = after if after is not None else before
            event = "edited" if before is not None and after is not None else "deleted"
            event = "created" if before is None else event
            place = (entity, key(record))
            former = self._happened.get(place)
            if former and former.event == "created" and event == "edited":
                event = "created"
            self._happened[place] = Happened(event, entity, place[1], record)

        return heard

    def fire(self) -> None:
        """Posts what the rules say of all that happened since the last time."""
        happened, self._happened = list(self._happened.values()), {}
        for each in happened:
            for rule in self._book.workflows:
                if rule.is_active and entity_of(rule.entity) == each.entity and each.event in triggers(rule):
                    self._set_off(rule, each)

    def _set_off(self, rule: Workflow, happened: Happened) -> None:
        for action in rule.instant_actions:
            hook = self._book.webhooks.get(action.action_id)
            if hook and action.action_type.lower() == "webhook":
                self._post(hook, happened)

    def _post(self, hook: Webhook, happened: Happened) -> None:
        book = self._book
        row = detail(book, happened.record)
        url = _address(hook, row)
        kind, body = _content(book, hook, happened.entity, row)
        headers = {"content-type": kind, **dict(_pairs(hook.headers, row))}
        if hook.secret:
            headers["x-zoho-webhook-signature"] = signature(hook.secret, url, kind, body)
        send(
            book,
            History(
                history_id=book.new_id(),
                webhook_id=hook.webhook_id,
                webhook_name=hook.webhook_name,
                entity=happened.entity,
                entity_id=happened.entity_id,
                event=happened.event,
                method=hook.method,
                url=url,
                headers=headers,
                body=body,
                created_time=book.now(),
            ),
        )

    def _ended(self, delivery: Delivery) -> None:
        history = self._book.histories.get(str(delivery.about.get("history_id")))
        if history is None:
            return
        taken = delivery.status is not None and 200 <= delivery.status < 300
        changes = {"status": "success" if taken else "failure", "response_code": delivery.status}
        history = self._book.histories.put(history.model_copy(update=changes))
        if not taken and history.attempt <= int(self._book.switches.at("webhook_retries")):
            again(self._book, history, RETRY_SECONDS * history.attempt)
