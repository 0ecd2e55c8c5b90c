"""What Paystack publishes of the calls that Payshift makes: github.com/PaystackOSS/openapi, read for these facts.

A fact is `name:type`, in a body with `!` where it must be sent, in an answer with `?` where it may be null. The types
are text, number, flag, object, list, and `any` where the document knows only an example that is null. A dot leads into
an object. Of a list of rows the facts are of each row.
"""

from dataclasses import dataclass, field

CUSTOMER = "id:number first_name:text? last_name:text? email:text customer_code:text phone:text? risk_action:text"
OF_CUSTOMER = " ".join(f"customer.{fact}" for fact in CUSTOMER.split())
RECIPIENT = """
    active:flag createdAt:text currency:text description:text domain:text email:text id:number integration:number
    name:text recipient_code:text type:text updatedAt:text is_deleted:flag details:object details.account_number:text?
    details.account_name:text? details.bank_code:text details.bank_name:text
"""
OF_RECIPIENT = " ".join(f"recipient.{fact}" for fact in RECIPIENT.split())
TRANSFER = """
    domain:text amount:number currency:text reference:text source:text source_details:any reason:text status:text
    failures:any transfer_code:text titan_code:any transferred_at:any id:number integration:number createdAt:text
    updatedAt:text
"""
REFUND = """
    integration:number transaction:number dispute:any settlement:any id:number domain:text currency:text amount:number
    status:text refunded_at:any refunded_by:text customer_note:text merchant_note:text deducted_amount:number
    fully_deducted:number createdAt:text bank_reference:any transaction_reference:text reason:text customer:object
    refund_type:text transaction_amount:number initiated_by:text refund_channel:text session_id:any
    collect_account_number:flag
"""
DISPUTE = f"""
    id:number refund_amount:number currency:text status:text resolution:any domain:text transaction:object
    transaction_reference:any category:text customer:object bin:text last4:text dueAt:any resolvedAt:any
    evidence:any attachments:any note:any history:list messages:list createdAt:text updatedAt:text {OF_CUSTOMER}
"""
ACCOUNT = """
    id:number bank:object bank.name:text bank.id:number bank.slug:text account_name:text account_number:text
    assigned:flag currency:text active:flag created_at:text updated_at:text
"""
ASSIGNMENT = """
    assignment:object assignment.integration:number assignment.assignee_id:number assignment.assignee_type:text
    assignment.account_type:text assignment.assigned_at:text
"""
PAGED = "total:number skipped:number perPage:number page:number pageCount:number"


@dataclass(frozen=True)
class Published:
    """One call: the fields that its body or query knows, those of its `data`, and those of its `meta`."""

    asked: str = ""
    told: str = ""
    meta: str = field(default="")


CALLS: dict[str, Published] = {
    "POST /transaction/initialize": Published(
        asked="""
            email:text! amount:number! currency:text reference:text channels:list callback_url:text plan:text
            invoice_limit:number split_code:text subaccount:text transaction_charge:text bearer:text label:text
            metadata:object
        """,
        told="authorization_url:text access_code:text reference:text",
    ),
    "GET /transaction/verify/{}": Published(
        told=f"""
            id:number domain:text status:text reference:text receipt_number:text? amount:number message:text?
            gateway_response:text paid_at:text? created_at:text channel:text currency:text ip_address:text log:object?
            fees:number? fees_split:any authorization:object customer:object plan:text? split:object order_id:any
            paidAt:text? createdAt:text requested_amount:number pos_transaction_data:any source:any fees_breakdown:any
            connect:any transaction_date:text plan_object:object subaccount:object {OF_CUSTOMER}
        """
    ),
    "POST /transferrecipient": Published(
        asked="""
            type:text! name:text! account_number:text! bank_code:text! description:text currency:text
            authorization_code:text metadata:object
        """,
        told=f"{RECIPIENT} isDeleted:flag",
    ),
    "POST /transfer": Published(
        asked="amount:number! recipient:text! reference:text! reason:text source:text! currency:text",
        told=f"{TRANSFER} transfersessionid:list transfertrials:list request:number recipient:number",
    ),
    "POST /transfer/bulk": Published(
        asked="source:text! currency:text transfers:list!",
        told="reference:text recipient:text amount:number transfer_code:text currency:text status:text",
    ),
    "GET /transfer/verify/{}": Published(
        told=f"{TRANSFER} recipient:object session:object gateway_response:text? {OF_RECIPIENT}"
    ),
    "POST /refund": Published(
        asked="transaction:text! amount:number currency:text customer_note:text merchant_note:text",
        told="""
            transaction:object transaction.id:number transaction.domain:text transaction.reference:text
            transaction.amount:number transaction.paid_at:text transaction.channel:text transaction.currency:text
            transaction.authorization:object transaction.customer:object transaction.plan:object
            transaction.subaccount:object transaction.split:object integration:number deducted_amount:number channel:any
            merchant_note:text customer_note:text status:text refunded_by:text expected_at:text currency:text
            domain:text amount:number fully_deducted:flag id:number createdAt:text updatedAt:text
        """,
    ),
    "GET /refund": Published(
        # `transaction` is the one difference: the documentation's page knows it, the document does not.
        asked="perPage:number page:number from:text to:text transaction:text",
        told=REFUND,
        meta="total:number skipped:number perPage:text page:number pageCount:number failedRefundCount:number",
    ),
    "GET /refund/{}": Published(told=REFUND),
    "GET /balance": Published(told="currency:text balance:number"),
    "GET /balance/ledger": Published(
        asked="perPage:number page:number from:text to:text",
        told="""
            integration:number domain:text balance:number currency:text difference:number reason:text
            model_responsible:text model_row:number id:number createdAt:text updatedAt:text
        """,
        meta="total:number skipped:number perPage:number page:number pageCount:number",
    ),
    "GET /bank": Published(
        asked="""
            country:text currency:text use_cursor:flag perPage:number page:number next:text previous:text
            pay_with_bank_transfer:flag pay_with_bank:flag enabled_for_verification:flag gateway:text type:text
            include_nip_sort_code:flag
        """,
        told="""
            name:text slug:text code:text longcode:text gateway:text? pay_with_bank:flag supports_transfer:flag
            available_for_direct_debit:flag active:flag is_deleted:flag? country:text currency:text type:text id:number
            createdAt:text updatedAt:text
        """,
    ),
    "GET /bank/resolve": Published(
        asked="account_number:number bank_code:number",
        told="account_number:text account_name:text bank_id:number",
    ),
    "GET /dispute/{}": Published(told=DISPUTE),
    "GET /dispute": Published(
        asked="perPage:number page:number status:text transaction:text from:text to:text", told=DISPUTE, meta=PAGED
    ),
    "POST /dispute/{}/evidence": Published(
        asked="""
            customer_email:text! customer_name:text! customer_phone:text! service_details:text! delivery_address:text
            delivery_date:text
        """,
        told="""
            customer_email:text customer_name:text customer_phone:text service_details:text delivery_address:text
            delivery_date:text dispute:number id:number createdAt:text updatedAt:text
        """,
    ),
    # The document tells of no parameter; without a name of the file the documentation's page refuses.
    "GET /dispute/{}/upload_url": Published(asked="upload_filename:text", told="signedUrl:text fileName:text"),
    "PUT /dispute/{}/resolve": Published(
        asked="resolution:text! message:text! refund_amount:number! uploaded_filename:text! evidence:number",
        told="""
            currency:text last4:text bin:text transaction_reference:any merchant_transaction_reference:text
            refund_amount:number status:text domain:text resolution:text category:text note:any attachments:text
            id:number integration:number transaction:number created_by:number evidence:number resolvedAt:text
            createdAt:text updatedAt:text dueAt:any message:object message.dispute:number message.sender:text
            message.body:text message.id:number message.createdAt:text message.updatedAt:text
        """,
    ),
    "POST /customer": Published(
        asked="email:text! first_name:text last_name:text phone:text metadata:text",
        told="""
            transactions:list subscriptions:list authorizations:list email:text first_name:text last_name:text
            phone:text integration:number domain:text metadata:object customer_code:text risk_action:text id:number
            createdAt:text updatedAt:text identified:flag identifications:any
        """,
    ),
    "GET /dedicated_account": Published(
        asked="""
            active:flag customer:number currency:text provider_slug:text bank_id:text perPage:number page:number
        """,
        told=f"""
            {ACCOUNT} split_config:object? customer:object customer.id:number customer.first_name:text
            customer.last_name:text customer.email:text customer.customer_code:text customer.phone:text
            customer.risk_action:text customer.international_format_phone:text?
        """,
        meta=PAGED,
    ),
    "POST /dedicated_account": Published(
        asked="customer:text! preferred_bank:text subaccount:text split_code:text",
        told=f"{ACCOUNT} metadata:any {ASSIGNMENT} assignment.expired:flag assignment.expired_at:any customer:object",
    ),
    "DELETE /dedicated_account/{}": Published(told=f"{ACCOUNT} metadata:any {ASSIGNMENT}"),
    "GET /transaction": Published(
        # The document says `per_page`, the documentation's page and every sample `perPage`.
        asked="""
            use_cursor:flag next:text previous:text per_page:number perPage:number page:number from:text to:text
            status:text source:text terminal_id:text virtual_account_number:text customer_code:text amount:number
            settlement:number channel:text subaccount_code:text split_code:text
        """,
        told=f"""
            id:number domain:text status:text reference:text amount:number message:any gateway_response:text
            paid_at:text? created_at:text channel:text currency:text ip_address:text? metadata:any log:object?
            fees:number? fees_split:number? customer:object authorization:object plan:object split:object
            subaccount:object order_id:any paidAt:text createdAt:text requested_amount:number source:object?
            connect:object? pos_transaction_data:any {OF_CUSTOMER}
        """,
        meta=f"{PAGED.replace('perPage:number', 'perPage:any')} total_volume:number",
    ),
    "GET /transaction/{}": Published(
        told=f"""
            id:number domain:text status:text reference:text receipt_number:any amount:number message:any
            gateway_response:text helpdesk_link:any paid_at:text created_at:text channel:text currency:text
            ip_address:text metadata:object log:object? fees:number fees_split:number? authorization:object
            customer:object plan:object subaccount:object split:object order_id:any paidAt:text createdAt:text
            requested_amount:number pos_transaction_data:any source:object source.type:text source.source:text
            source.identifier:any fees_breakdown:any connect:any {OF_CUSTOMER}
        """
    ),
    # Of the answers to these two the document has no shape. Its page knows `from`; the second's knows pages as well.
    "GET /settlement": Published(asked="perPage:number page:number from:text"),
    "GET /settlement/{}/transactions": Published(asked="perPage:number page:number"),
}

# Of each event, the facts of its `data`: github.com/PaystackOSS/doc-code-snippets, the samples of webhooks and refunds.
EVENT_OF_TRANSFER = """
    amount:number currency:text domain:text failures:any id:number integration:object reason:text reference:text
    source:text source_details:any status:text titan_code:any transfer_code:text recipient:object
    recipient.active:flag recipient.currency:text recipient.description:any recipient.domain:text recipient.email:any
    recipient.id:number recipient.integration:number recipient.metadata:any recipient.name:text
    recipient.recipient_code:text recipient.type:text recipient.is_deleted:flag recipient.details:object session:object
    session.provider:any session.id:any
"""
EVENT_OF_REFUND = """
    status:text transaction_reference:text currency:text customer:object customer.first_name:text?
    customer.last_name:text? customer.email:text integration:number domain:text
"""
EVENT_OF_DISPUTE = f"""
    id:number refund_amount:number currency:text status:text domain:text transaction:object transaction.id:number
    transaction.domain:text transaction.status:text transaction.reference:text transaction.amount:number
    transaction.message:any transaction.gateway_response:text transaction.paid_at:text transaction.created_at:text
    transaction.channel:text transaction.currency:text transaction.ip_address:any transaction.fees:number
    transaction.requested_amount:number transaction_reference:any category:text customer:object bin:text last4:text
    dueAt:text evidence:any attachments:any note:any history:list messages:list created_at:text updated_at:text
    {OF_CUSTOMER}
"""
EVENTS = {
    "charge.success": f"""
        id:number domain:text status:text reference:text amount:number message:any gateway_response:text paid_at:text
        created_at:text channel:text currency:text ip_address:text metadata:any log:any fees:any customer:object
        authorization:object plan:any {OF_CUSTOMER}
    """,
    "transfer.success": f"""
        {EVENT_OF_TRANSFER} createdAt:text updatedAt:text transferred_at:any fee_charged:number gateway_response:any
    """,
    "transfer.failed": f"{EVENT_OF_TRANSFER} created_at:text updated_at:text transferred_at:any",
    "transfer.reversed": f"{EVENT_OF_TRANSFER} created_at:text updated_at:text transferred_at:text?",
    "charge.dispute.create": f"{EVENT_OF_DISPUTE} resolution:any resolvedAt:any",
    "charge.dispute.remind": f"{EVENT_OF_DISPUTE} resolution:any resolvedAt:any",
    "charge.dispute.resolve": f"{EVENT_OF_DISPUTE} resolution:text resolvedAt:text",
    "dedicatedaccount.assign.success": f"""
        customer:object dedicated_account:object dedicated_account.bank:object dedicated_account.account_name:text
        dedicated_account.account_number:text dedicated_account.assigned:flag dedicated_account.currency:text
        dedicated_account.active:flag dedicated_account.id:number dedicated_account.assignment:object
        identification:object {OF_CUSTOMER}
    """,
    "dedicatedaccount.assign.failed": f"customer:object dedicated_account:any identification:object {OF_CUSTOMER}",
    "refund.pending": f"{EVENT_OF_REFUND} refund_reference:any amount:text processor:text",
    "refund.processing": f"{EVENT_OF_REFUND} refund_reference:any amount:text processor:text",
    "refund.processed": f"{EVENT_OF_REFUND} refund_reference:text amount:text processor:text",
    "refund.failed": f"{EVENT_OF_REFUND} refund_reference:text amount:number processor:text",
    "refund.needs-attention": f"""
        {EVENT_OF_REFUND} refund_reference:text amount:number id:text customer_note:text merchant_note:text
    """,
}
