"""The table of unconfirmed facts: what the sandbox rests on, and the other way it may be in truth."""

from dataclasses import dataclass

from ledgerferry_sandbox.exchange import Row


class UnknownSwitch(ValueError):
    """A switch of this name, or a position of this name, does not exist."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One unconfirmed fact: its positions (none: any number from 0), the first taken, and what it decides."""

    name: str
    positions: tuple[str, ...]
    default: str
    fact: str
    sentence: str


def _named(name: str, positions: str, fact: str, sentence: str) -> Switch:
    choices = tuple(positions.split("|"))
    return Switch(name, choices, choices[0], fact, sentence)


def _number(name: str, default: str, fact: str, sentence: str) -> Switch:
    return Switch(name, (), default, fact, sentence)


TABLE = (
    _named("token_throttle_status", "400|200", "F10", "HTTP status of the answer to too many token calls."),
    _number("active_access_tokens", "10", "F11", "Access tokens of one refresh token that live at once."),
    _number("grant_code_seconds", "60", "F5", "How long a grant code can be exchanged."),
    _named("evicted_token", "INVALID_TOKEN|INVALID_OAUTHTOKEN", "F12", "What CRM calls an evicted token."),
    _named("minute_text", "organization|account", "F20", "Whose minute error 44 says is used up."),
    _named("minute_window", "fixed|sliding", "F19", "The minute is the clock's, or the last sixty seconds."),
    _named("count_refused", "no|yes", "F22", "Whether calls refused with 429 count as calls."),
    _named("day_reset", "midnight|rolling", "F22", "The day ends at midnight, or rolls."),
    _named("wrong_organization", "401|400", "F13", "HTTP status when organization_id is not the caller's."),
    _named("unauthorized_status", "401|400", "table 2.3", "HTTP status of error 57."),
    _named("error_texts", "full|bare", "table 2.3", "The texts of errors 2, 4, 5, 15 and 37."),
    _named("missing_status", "404|400", "table 2.3", "HTTP status of error 1002."),
    _named("missing_code", "1002|own", "table 2.3", "Whether all but invoices have other codes."),
    _number("search_lag_seconds", "2", "F68", "How long lists may not show a change."),
    _named("undocumented_filters", "ignored|work", "F27 F28", "Filters and sorts missing in the docs."),
    _named("custom_field_filter", "works|ignored", "F25", "cf_<name>=value as a filter of invoices."),
    _named("payments_list_key", "customer_payments|customerpayments", "F28", "Key of the list of payments."),
    _named("single_as_list", "object|array", "F44", "A created tax or person comes alone or in a list."),
    _named("chosen_number", "discarded|rejected", "F33", "A number given without the ignore flag."),
    _named("number_folding", "folded|exact", "F34", "Invoice numbers that differ in case or spaces are one."),
    _named("duplicate_number_code", "1001|4004", "table 2.3", "Error code of a repeated invoice number."),
    _named("contact_name_folding", "folded|exact", "table 2.3", "Names that differ in case are one."),
    _named("duplicate_field_code", "2|4", "F31", "Error code of a repeated unique value."),
    _named("email_in_use", "contact|organization|off", "table 2.3", "Where an e-mail may stand once (1038)."),
    _named("upsert", "works|refused", "F31", "PUT on a collection by X-Unique-Identifier-Key."),
    _named("upsert_number", "discarded|honoured", "F31 F33", "A creating upsert keeps the given number."),
    _named("upsert_sets_key", "no|yes", "F31", "A creating upsert fills the key field."),
    _named("upsert_miss_code", "1002|2", "F31", "Error code of a miss without X-Upsert."),
    _named("upsert_miss_status", "404|400", "F31", "HTTP status of a miss without X-Upsert."),
    _number("bulk_limit", "25", "F36", "Ids that one bulk call takes."),
    _named("bulk_unfit", "refuses_all|skipped", "F36", "What one id that cannot move does to a bulk call."),
    _named("partly_paid_late", "overdue|partially_paid", "F35", "Status of a partly paid, late invoice."),
    _named("payment_on_draft", "refused|accepted", "F46", "A payment for an invoice that is still a draft."),
    _named("delete_paid_invoice", "refused|unapplied", "F37", "Deleting an invoice that carries payments."),
    _number("attachment_max_mb", "10", "F39", "Largest attachment."),
    _named("tax_rounding", "entity_level|item_level", "F41", "Tax is rounded per document, or per line."),
    _named("rounding_told", "no|yes", "F41", "Whether the organisation tells where tax is rounded."),
    _named("inclusive_sub_total", "net|gross", "F40", "sub_total and item_total where prices include tax."),
    _named("shipping_tax", "none|first_line", "F34", "Shipping bears no tax, or the first line's."),
    _named("mail.reminders", "off|on", "F36", "Automatic reminders of overdue invoices."),
    _named("mail.thank_you", "off|on", "F46", "Thank-you messages for payments."),
    _named("mail.unassociated", "primary|nobody", "F34", "Who gets mail when no person is on it."),
    _named("repeated_consent", "no_refresh_token|refresh_token", "F1", "Agreeing again, without prompt."),
    _named("expires_in_sec", "absent|present", "F4", "A token also tells its life as expires_in_sec."),
    _named("revoke_body", "success|empty", "F7", "What revoking a token answers."),
    _named("serverinfo_result", "success|true", "F8", "The word in result of /oauth/serverinfo."),
    _named("serverinfo_cn", "listed|missing", "F8", "Whether /oauth/serverinfo names the Chinese centre."),
    _named("new_refresh_tokens", "10_in_600|5_in_60", "F11", "New refresh tokens in so many seconds."),
    _named("json_string", "accepted|ignored", "F13", "The older form field JSONString as a body."),
    _named("trial_over_status", "400|403", "table 2.3", "HTTP status of error 103001."),
    _named("written_off_status", "paid|written_off", "F35", "Status of an invoice that was written off."),
    _named("closed_period", "all|deletion", "F37", "What a closed accounting period refuses."),
    _named("metadata", "kept|absent", "F30", "GET and PUT of /invoices/{id}/metadata/{name}."),
    _named("overseas_tax", "none|charged", "F43", "VAT on a line of a customer overseas."),
    _named("applied_creditnote", "refused|released", "F48", "Voiding or deleting an applied credit note."),
    _named("item_name", "unique|free", "table 2.3", "Whether items of one name may be two."),
    _named("workflows_api", "works|absent", "F52", "Workflow rules by /settings/workflows."),
    _named("webhook_payment_key", "customerpayment|payment", "F53", "Key of a payment in a default payload."),
    _named("webhook_events", "any|known", "F51", "Whether the names in events of a webhook are checked."),
    _named("webhook_retries", "0|3", "F56", "How often an unanswered webhook is sent again."),
    _number("webhook_timeout_seconds", "10", "F56", "Real seconds that a webhook waits."),
    _number("webhook_daily_cap", "0", "F56", "Webhooks in a day, the rest are dropped; 0: all."),
    _named(
        "crm.edition",
        "enterprise|free|standard|professional|ultimate",
        "F75",
        "The CRM's edition; orders, quotes, invoices and custom modules begin with professional.",
    ),
    _named("crm.api_access", "yes|no", "F60", "Whether the caller's profile may use the API."),
    _named("crm.all_failed_status", "400|202", "F58", "HTTP status when every record of a call is refused."),
    _named("crm.duplicate_key", "id|duplicate_record", "F59", "Where DUPLICATE_DATA names the other record."),
    _named("crm.default_duplicates", "system|leads", "F63", "Where an upsert tries system fields."),
    _named("crm.match_order", "given|oldest", "F63", "Which of two records wins that check fields name."),
    _named("crm.external_header", "qualified|bare", "F64", "X-EXTERNAL is Module.Field, or the field alone."),
    _named(
        "crm.external_from",
        "free|standard|professional|enterprise|ultimate",
        "F64",
        "The least edition that has external fields.",
    ),
    _named("crm.mandatory", "layout|system|with_closing_date", "F65", "Mandatory fields beside system ones."),
    _named("crm.picklists", "closed|open", "F59", "A value that a picklist lacks is refused, or kept."),
    _named("crm.subform_update", "replace|append", "F57", "Lines not named in an update go, or stay."),
    _named("crm.attachment_message", "lower|title", "F72", "How the note of a new attachment reads."),
    _named("crm.limit_message", "joint|separate", "F78", "One sentence for both causes of a 429, or two."),
    _named("crm.rate_headers", "no|yes", "F79", "Whether answers carry the X-RATELIMIT-* of older versions."),
    _named("crm.pipelines", "off|on", "F65 F66", "Deals need a pipeline, and a stage that is in it."),
    _named("crm.stages", "default|own", "F66", "Deals have the default stages, or others."),
    _named("crm.workflow_mail", "off|on", "F57", "A workflow rule mails about every made or changed record."),
    _named("coql_in_list", "50|100", "F69", "Values that in and not in of COQL take."),
    _named("coql_joins", "5+15|2", "F69", "Joins of a COQL query: of criteria and of columns, or in all."),
    _named("coql_pairs", "needed|free", "F69", "Criteria beyond two must be bracketed two by two."),
    _named("coql_text_case", "folded|exact", "F69", "COQL compares texts without regard to case."),
    _named("coql_not_equal_null", "left_out|included", "F69", "Whether != finds records without a value."),
    _named("coql_backslash", "literal|escapes", "F69", "What a backslash in a text of COQL is."),
    _named("search_times", "works|refused", "F68", "Created_Time and Modified_Time in search criteria."),
    _named("search_ways", "refused|first", "F68", "A search by two ways is refused, or goes by the first."),
    _named("watch_error_status", "202|400", "F81", "HTTP status of a channel that cannot be made."),
    _named("watch_fallback", "hour|day", "F81", "Life of a channel whose expiry is missing or too late."),
    _named("watch_untriggered", "told|silent", "F82", "Whether changes with an empty trigger are told."),
    _number("watch_retries", "0", "F82", "How often a callback that nobody took is sent again."),
    _number("bulk_seconds", "10", "F73 F74", "How long a bulk job takes."),
    _number("bulk_read_rows", "200000", "F73", "Rows of one page of a bulk reading."),
    _named("bulk_id_column", "Id|id", "F73", "The heading of the ids in the file of a bulk reading."),
    _named("bulk_upload_host", "any|content", "F74", "Whether files of bulk writings go to content.* alone."),
    _number("bulk_upload_mb", "25", "F74", "Largest file of a bulk writing."),
    _number("bulk_write_rows", "25000", "F74", "Rows that one bulk writing takes."),
    _named("search_equals", "contains|exact", "F68", "What equals does on texts in a search."),
)


class Switches:
    """The positions in force; `moves` counts how often some were moved."""

    def __init__(self) -> None:
        self._table = {switch.name: switch for switch in TABLE}
        self._positions = {switch.name: switch.default for switch in TABLE}
        self.moves = 0

    def at(self, name: str) -> str:
        """The position of a switch."""
        return self._positions[name]

    def number(self, name: str) -> float:
        """The position of a switch that is a number."""
        return float(self._positions[name])

    def set(self, positions: Row) -> None:
        """Moves some switches; all of them are checked before the first is moved."""
        checked = {name: self._checked(name, position) for name, position in positions.items()}
        self._positions.update(checked)
        self.moves += 1

    def row(self) -> Row:
        """Every switch and its position."""
        return dict(self._positions)

    def explained(self) -> list[Row]:
        """Every switch with its positions, its fact and what it decides."""
        return [
            {
                "name": switch.name,
                "position": self._positions[switch.name],
                "positions": list(switch.positions) or "number",
                "default": switch.default,
                "fact": switch.fact,
                "sentence": switch.sentence,
            }
            for switch in TABLE
        ]

    def _checked(self, name: str, position: object) -> str:
        switch = self._table.get(name)
        if switch is None:
            raise UnknownSwitch(f"there is no switch {name!r}")
        text = {True: "on", False: "off"}[position] if isinstance(position, bool) else str(position)
        if switch.positions and text not in switch.positions:
            raise UnknownSwitch(f"{name} is one of {', '.join(switch.positions)}, not {text!r}")
        if not switch.positions and not text.replace(".", "", 1).isdigit():
            raise UnknownSwitch(f"{name} is a number from 0, not {text!r}")
        return text
