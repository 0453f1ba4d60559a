"""What the facts sheet holds for known and for unconfirmed, fact by fact, and what stands for each here.

The words of `KNOWN` are the codes, statuses, headers and odd behaviours of a fact: each stands in a test
that names the fact by its number. `UNSURE` has the switches of every unconfirmed statement.
"""

KNOWN: dict[int, str] = {
    1: "access_type=offline prompt refresh_token state",
    2: "location accounts-server",
    3: "Basic",
    4: "expires_in expires_in_sec 3600 Bearer api_domain 57",
    5: "invalid_code",
    6: "missing_org_info soid refresh_token",
    7: "success invalid_code Basic",
    8: "locations result dc_info",
    9: "invalid_client invalid_client_secret invalid_redirect_uri invalid_code 200",
    10: "400 200 error_description",
    11: "token_throttle_status 20 expire_or_rotate",
    12: "401 INVALID_TOKEN AUTHENTICATION_FAILURE INVALID_OAUTHTOKEN",
    13: "organization_id JSONString",
    14: "201 200 page has_more_page report_name applied_filter sort_column sort_order",
    15: "200 201 400 401 404 405 429 500",
    16: "19 total balance without_a_colon",
    17: "200 has_more_page",
    19: "429 44 45 1070 free standard professional premium elite ultimate",
    20: "44 45 1070 organisation account 1,000",
    21: "429 43 3600 retry-after x-rate-limit",
    22: "minute_window count_refused day_reset 429",
    23: "201 place_of_supply",
    24: "_startswith _contains _less_than _greater_equals _start _before",
    25: "last_modified_time response_option filter_by viewed PaymentExpectedDate",
    26: "last_modified_time cf_",
    27: "undocumented_filters last_modified_time Status.",
    28: "undocumented_filters last_modified_time customerpayments",
    29: "404 1002",
    30: "metadata reference",
    31: "X-Unique-Identifier-Key X-Unique-Identifier-Value X-Upsert 200",
    32: "Idempotency-Key",
    33: "ignore_auto_number_generation chosen_number",
    34: "15 shipping_charge adjustment exchange_rate contact_persons",
    35: "draft sent overdue paid partially_paid viewed pending_approval approved",
    36: "void draft writeoff cancel submit approve reject final bulk_limit",
    37: "closed_until",
    38: "pdf html email",
    39: "can_send_in_mail attachment_max_mb gif",
    40: "sub_total tax_total line_item_taxes tax_amount balance",
    41: "tax_rounding",
    42: "primary active inactive merge",
    43: "uk overseas eu_vat_registered eu_vat_not_registered non_eu is_reverse_charge_applied vat_reg_no",
    44: "compound_tax single_as_list",
    45: "exchangerates 57",
    46: "unused_amount bulk_delete",
    47: "refunds invoice_payment_id",
    48: "creditnote_number line_items open closed void draft pending_approval is_draft",
    49: "amount_applied apply_creditnotes invoice_payments",
    50: "refunds from_account_id",
    51: "bulkresend secret webhook_events",
    52: "workflows_api",
    53: "invoice contact item ${",
    54: "x-zoho-webhook-signature hmac namebasicsubscription_id90343",
    55: "x-zoho-webhook-signature",
    56: "webhook_retries webhook_daily_cap webhook_timeout_seconds",
    57: "101 trigger duplicate_check_fields lar_id skip_feature_execution",
    58: "201 200 207 400 202 action duplicate_field",
    59: "MANDATORY_NOT_FOUND INVALID_DATA DUPLICATE_DATA DEPENDENT_FIELD_MISSING EXPECTED_FIELD_MISSING "
    "AMBIGUITY_DURING_PROCESSING LIMIT_EXCEEDED RECORD_LOCKED RECORD_IN_BLUEPRINT NOT_APPROVED "
    "INVALID_MODULE 400 NO_PERMISSION 403 OAUTH_SCOPE_MISMATCH 401 AUTHORIZATION_FAILED "
    "INVALID_URL_PATTERN 404 INVALID_REQUEST_METHOD INTERNAL_ERROR 500 expected_data_type "
    "supported_values maximum_length expected_fields ambiguity_due_to json_path",
    60: "403 NO_PERMISSION Crm_Implied_Api_Access",
    61: "If-Unmodified-Since 412 ALREADY_MODIFIED If-Modified-Since 304",
    62: "101 wf_trigger",
    63: "duplicate_field default_duplicates match_order Leads",
    64: "X-EXTERNAL external_header external_from",
    65: "Last_Name Account_Name Company Deal_Name Stage Closing_Date Pipeline",
    66: "9 Pipeline RECORD_IN_BLUEPRINT own",
    67: "204 304 If-Modified-Since page_token previous_page_token 2_201 51 converted approved",
    68: "204 criteria email phone word search_lag_seconds",
    69: "204 SYNTAX_ERROR INVALID_QUERY LIMIT_EXCEEDED DUPLICATE_DATA near line column clause",
    70: "If-Modified-Since 204 recycle permanent 60",
    71: "fields",
    72: "SUCCESS megabyte",
    73: "201 ADDED_SUCCESSFULLY FAILURE COMPLETED",
    74: "X-CRM-ORG FILE_UPLOAD_SUCCESS FAILED SKIPPED LIMIT_EXCEEDED",
    75: "51_000 100_000 3_000_000 5_000_000 free",
    76: "view convert count tags merge delete",
    77: "in_flight sub_in_flight view sort_by convert eleven coql",
    78: "429 TOO_MANY_REQUESTS concurrency",
    79: "X-API-CREDITS-REMAINING X-RATELIMIT-LIMIT retry-after X-AccessToken-Reset",
    80: "_delete_events notify_on_related_action field_selection 51",
    81: "201 400 202 NOT_SUBSCRIBED week",
    82: "affected_fields operation query_params",
}
TABLE = (2, 4, 5, 14, 15, 37, 57, 1001, 1002, 1038, 3032, 3062, 13011, 103001, 110942)
"""The codes of table 2.3, and the folklore for a repeated number; each stands in the name of a test."""
UNSURE: dict[int | str, tuple[str, ...]] = {
    4: ("expires_in_sec",),
    5: ("grant_code_seconds",),
    7: ("revoke_body",),
    8: ("serverinfo_result serverinfo_cn",),
    13: ("json_string",),
    22: ("day_reset count_refused",),
    28: ("undocumented_filters",),
    30: ("metadata",),
    31: ("upsert_miss_code upsert_miss_status duplicate_field_code",),
    33: ("chosen_number",),
    39: ("attachment_max_mb",),
    41: ("tax_rounding rounding_told",),
    51: ("webhook_events",),
    52: ("workflows_api",),
    56: ("webhook_retries webhook_timeout_seconds webhook_daily_cap",),
    58: ("crm.all_failed_status",),
    59: ("crm.duplicate_key",),
    63: ("crm.default_duplicates", "crm.match_order"),
    64: ("crm.external_header", "crm.external_from"),
    65: ("crm.mandatory",),
    66: ("crm.stages",),
    72: ("crm.attachment_message",),
    74: ("bulk_upload_host", "bulk_upload_mb bulk_write_rows"),
    78: ("crm.limit_message",),
    79: ("crm.rate_headers",),
    82: ("watch_retries",),
    "2 / 4 / 5 / 15 / 37": ("error_texts",),
    "1002": ("missing_status missing_code",),
    "1038": ("email_in_use",),
    "duplicate invoice_number": ("duplicate_number_code",),
}
"""The switches of each unconfirmed statement, in the order in which a fact or a row of table 2.3 has them."""
VARYING: dict[int | str, tuple[str, ...]] = {
    10: ("token_throttle_status",),
    11: ("active_access_tokens", "new_refresh_tokens"),
    12: ("evicted_token",),
    20: ("minute_text",),
    69: ("coql_in_list", "coql_joins"),
    81: ("watch_error_status", "watch_fallback"),
    "57": ("unauthorized_status",),
    "103001": ("trial_over_status",),
}
"""Facts that are sure to be one of several things: a switch for each."""
NOT_OF_A_VENDORS_ANSWERS = {
    18: "says only that nothing was researched",
}
"""Facts of these sections that are not about what a vendor does."""
PARTS_NOT_THERE = {
    4: "an api_domain of another host: the sandbox's centres are at addresses of their own",
    67: "territory_id and include_child: without territories there is nothing to narrow by",
    76: "send mail 20 and mass convert 200: neither a fact nor the vendor's OpenAPI says how they look",
    77: "send mail, composite requests and searches from functions, for the same reason",
}
"""What a known fact also says and the sandbox does not do, and why."""
NO_CODES = {
    "X-Rate-Limit-": "F21 says that there is none",
    "X-Unique-Identifier-": "the beginning of two headers",
}
"""What looks like a code of the sheet and is none."""
ELSEWHERE = {
    "UK API host": "a host by name; the sandbox's centres are all at addresses of their own",
}
"""Unconfirmed statements outside of facts and of table 2.3, and why no switch stands for them."""
