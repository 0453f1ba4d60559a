"""The calls on webhooks, their histories and workflow rules (F51, F52)."""

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Handler, Reply
from ledgerferry_sandbox.books.errors import Refusal, invalid, missing
from ledgerferry_sandbox.books.listing import paged
from ledgerferry_sandbox.books.showing import ENTITIES, entity_of
from ledgerferry_sandbox.books.webhook_models import (
    History,
    Webhook,
    WebhookFields,
    Workflow,
    WorkflowFields,
)
from ledgerferry_sandbox.books.webhooks import again, triggers
from ledgerferry_sandbox.exchange import Row

RESENT_AT_ONCE = 10
EVENTS = frozenset({"created", "edited", "deleted"})
"""The names that events have where names are checked; the vendor's are not known (F51)."""


def _shown(hook: Webhook) -> Row:
    row = hook.model_dump(mode="json", exclude={"secret"})
    return row | {"is_secret_configured": bool(hook.secret)}


def _hook(book: Book, number: str) -> Webhook:
    return book.there(book.webhooks, number, "Webhook")


def _check(book: Book, fields: WebhookFields) -> None:
    if not fields.url:
        raise missing("url")
    if not fields.url.startswith(("http://", "https://")):
        raise invalid("url")
    if fields.entity and entity_of(fields.entity) not in ENTITIES:
        raise invalid("entity")
    if book.switches.at("webhook_events") == "known" and not set(fields.events) <= EVENTS:
        raise invalid("events")


def create_webhook(book: Book, fields: WebhookFields) -> Webhook:
    """A new webhook; by itself it is told of nothing (F52)."""
    _check(book, fields)
    now = book.now()
    made: Row = {"webhook_id": book.new_id(), "created_time": now, "last_modified_time": now}
    return book.webhooks.put(Webhook.model_validate(fields.model_dump() | made))


def post(book: Book, call: Call) -> Reply:
    """POST /settings/webhooks (F51)."""
    hook = create_webhook(book, call.payload(WebhookFields))
    return Reply({"webhook": _shown(hook)}, "The webhook has been created.", 201)


def index(book: Book, call: Call) -> Reply:
    """GET /settings/webhooks (F51)."""
    shown, context = paged(list(book.webhooks), call, "Webhooks")
    return Reply({"webhooks": [_shown(each) for each in shown], "page_context": context})


def get(book: Book, call: Call) -> Reply:
    """GET /settings/webhooks/{id} (F51)."""
    return Reply({"webhook": _shown(_hook(book, call.ids[0]))})


def put(book: Book, call: Call) -> Reply:
    """PUT /settings/webhooks/{id} (F51)."""
    hook, fields = _hook(book, call.ids[0]), call.payload(WebhookFields)
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    changed = hook.model_copy(update={**given, "last_modified_time": book.now()})
    _check(book, changed)
    return Reply({"webhook": _shown(book.webhooks.put(changed))}, "The webhook has been updated.")


def delete(book: Book, call: Call) -> Reply:
    """DELETE /settings/webhooks/{id} (F51)."""
    book.webhooks.drop(_hook(book, call.ids[0]).webhook_id)
    return Reply(message="The webhook has been deleted.")


def editpage(book: Book, call: Call) -> Reply:
    """GET /settings/webhooks/editpage (F51)."""
    entities = [{"entity": each, "entity_formatted": each.capitalize()} for each in ENTITIES]
    return Reply({"entities": entities, "methods": ["POST", "PUT", "DELETE"]})


def _attempt(history: History) -> Row:
    return history.model_dump(mode="json", exclude={"headers"})


def histories(book: Book, call: Call) -> Reply:
    """GET /settings/webhooks/histories, the newest first (F51)."""
    held = [each for each in book.histories if call.get("webhook_id") in ("", each.webhook_id)]
    shown, context = paged(held[::-1], call, "Webhook Histories")
    return Reply({"histories": [_attempt(each) for each in shown], "page_context": context})


def history(book: Book, call: Call) -> Reply:
    """GET /settings/webhooks/histories/{id} (F51)."""
    return Reply({"history": _attempt(book.there(book.histories, call.ids[0], "Webhook history"))})


def resend(book: Book, call: Call) -> Reply:
    """POST /settings/webhooks/histories/{id}/resend (F51)."""
    made = again(book, book.there(book.histories, call.ids[0], "Webhook history"))
    return Reply({"history": _attempt(made)}, "The webhook has been resent.")


def resend_several(book: Book, call: Call) -> Reply:
    """POST /settings/webhooks/histories/bulkresend?history_ids=, ten at most (F51)."""
    numbers = call.several("history_ids")
    if len(numbers) > RESENT_AT_ONCE:
        raise Refusal(15, f"No more than {RESENT_AT_ONCE} webhooks can be resent at once.")
    for held in [book.there(book.histories, number, "Webhook history") for number in numbers]:
        again(book, held)
    return Reply(message="The webhooks have been resent.")


def create_workflow(book: Book, fields: WorkflowFields) -> Workflow:
    """A new rule; what sets it off must be readable in its type."""
    for name in ("workflow_name", "entity", "rule_type"):
        if not getattr(fields, name):
            raise missing(name)
    if entity_of(fields.entity) not in ENTITIES:
        raise invalid("entity")
    for action in fields.instant_actions:
        _hook(book, action.action_id)
    made: Row = {"workflow_id": book.new_id(), "created_time": book.now()}
    rule = Workflow.model_validate(fields.model_dump() | made)
    if not triggers(rule):
        raise invalid("rule_type")
    return book.workflows.put(rule)


def _by_switch(handler: Handler) -> Handler:
    """A call on rules, which an organisation of Books may not have (F52)."""

    def guarded(book: Book, call: Call) -> Reply:
        if book.switches.at("workflows_api") == "absent":
            raise Refusal(5, "Invalid URL Passed", 404)
        return handler(book, call)

    guarded.__doc__ = handler.__doc__
    return guarded


def _rule(book: Book, call: Call) -> Workflow:
    return book.there(book.workflows, call.ids[0], "Workflow")


def _told(rule: Workflow, message: str = "success", status: int = 200) -> Reply:
    return Reply({"workflow": rule.model_dump(mode="json")}, message, status)


@_by_switch
def post_rule(book: Book, call: Call) -> Reply:
    """POST /settings/workflows (F52)."""
    return _told(create_workflow(book, call.payload(WorkflowFields)), "The workflow has been created.", 201)


@_by_switch
def rules(book: Book, call: Call) -> Reply:
    """GET /settings/workflows (F52)."""
    shown, context = paged(list(book.workflows), call, "Workflows")
    return Reply({"workflows": [each.model_dump(mode="json") for each in shown], "page_context": context})


@_by_switch
def get_rule(book: Book, call: Call) -> Reply:
    """GET /settings/workflows/{id} (F52)."""
    return _told(_rule(book, call))


@_by_switch
def put_rule(book: Book, call: Call) -> Reply:
    """PUT /settings/workflows/{id} (F52)."""
    rule, fields = _rule(book, call), call.payload(WorkflowFields)
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    return _told(book.workflows.put(rule.model_copy(update=given)), "The workflow has been updated.")


@_by_switch
def delete_rule(book: Book, call: Call) -> Reply:
    """DELETE /settings/workflows/{id} (F52)."""
    book.workflows.drop(_rule(book, call).workflow_id)
    return Reply(message="The workflow has been deleted.")


def _switched(*, active: bool) -> Handler:
    word = "active" if active else "inactive"

    def handler(book: Book, call: Call) -> Reply:
        book.workflows.put(_rule(book, call).model_copy(update={"is_active": active}))
        return Reply(message=f"The workflow has been marked as {word}.")

    handler.__doc__ = f"POST /settings/workflows/{{id}}/{word} (F52)."
    return _by_switch(handler)


activate, deactivate = _switched(active=True), _switched(active=False)
