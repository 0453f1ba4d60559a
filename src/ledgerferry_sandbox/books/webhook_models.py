"""Webhooks, workflow rules and what was sent, in the vendor's own words (F51 to F54)."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ledgerferry_sandbox.books.wire import Moment, Text, Wire

Secret = Annotated[str, StringConstraints(pattern=r"^$|^[A-Za-z0-9]{12,50}$")]


class Parameter(Wire):
    """A name and a value; the value may hold placeholders such as ${INVOICE.INVOICE_ID}."""

    param_name: str
    param_value: Text = ""


class WebhookFields(Wire):
    """A webhook as a caller gives one (F51)."""

    webhook_name: Annotated[Text, StringConstraints(max_length=50)] = ""
    description: Annotated[Text, StringConstraints(max_length=100)] = ""
    entity: Text = ""
    method: Annotated[str, StringConstraints(pattern="^(POST|PUT|DELETE)$")] = "POST"
    url: Annotated[Text, StringConstraints(max_length=5000)] = ""
    headers: tuple[Parameter, ...] = ()
    query_parameters: tuple[Parameter, ...] = ()
    entity_parameters: tuple[Parameter, ...] = ()
    additional_parameters: tuple[Parameter, ...] = ()
    body_type: Text = ""
    raw_data: Annotated[Text, StringConstraints(max_length=100_000)] = ""
    form_data: tuple[Parameter, ...] = ()
    user_defined_format_name: Annotated[Text, StringConstraints(max_length=100_000)] = ""
    user_defined_format_value: Annotated[Text, StringConstraints(max_length=100_000)] = ""
    events: tuple[str, ...] = ()
    secret: Secret = ""
    is_new_response_format: bool = False
    placeholder: Text = ""
    is_hidden: bool = False
    lock_type: Text = "none"


class Webhook(WebhookFields):
    """An address that hears of changes, once a workflow rule names it (F52)."""

    webhook_id: str
    created_time: Moment
    last_modified_time: Moment


class Action(Wire):
    """What a workflow rule sets off."""

    action_id: str
    action_type: str = "webhook"


class WorkflowFields(Wire):
    """A workflow rule as a person, or by the same switch a caller, gives one (F52)."""

    workflow_name: Text = ""
    description: Text = ""
    entity: Text = ""
    rule_type: Text = ""
    instant_actions: tuple[Action, ...] = ()


class Workflow(WorkflowFields):
    """A rule: on which change of which kind of record what is set off."""

    workflow_id: str
    is_active: bool = True
    created_time: Moment


class History(Wire):
    """One attempt to tell a webhook of a change (F51)."""

    history_id: str
    webhook_id: str
    webhook_name: str = ""
    entity: str = ""
    entity_id: str = ""
    event: str = ""
    method: str = "POST"
    url: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    body: str = ""
    status: str = "waiting"
    response_code: int | None = None
    attempt: int = 1
    created_time: Moment
