"""What Flutterwave publishes of the calls that Payshift makes to v3: the official library (Flutterwave/Node-v3), its
schemas for what is sent and the samples of its documentation for what is told.

Facts are written as in `published`. `sum` is money, which has decimals; a text may have a most. The library has no call
for refunds that are listed, for chargebacks and for giving a number back: of these the documentation's pages tell what
is sent, and of the answers what the samples on them show.
"""

from tests.payment.sandbox.published import Published

TRANSACTION = """
    id:number tx_ref:text flw_ref:text device_fingerprint:text amount:sum currency:text charged_amount:sum app_fee:sum?
    merchant_fee:sum processor_response:text? auth_model:text ip:text narration:text status:text payment_type:text
    created_at:text amount_settled:sum? account_id:any
"""
VERIFIED = f"""
    {TRANSACTION} meta:any customer:object customer.id:number customer.name:text customer.phone_number:text
    customer.email:text customer.created_at:text
"""
REFUND = """
    id:number account_id:number tx_id:number flw_ref:text wallet_id:number amount_refunded:sum status:text
    destination:text meta:object created_at:text
"""
TRANSFER = """
    id:number account_number:text bank_code:text full_name:text created_at:text currency:text debit_currency:text?
    amount:sum fee:sum status:text reference:text meta:any narration:text? complete_message:text
    requires_approval:number is_approved:number bank_name:text
"""
NUMBER = """
    response_code:text response_message:text flw_ref:text order_ref:text account_number:text frequency:text
    bank_name:text created_at:text expiry_date:text note:text amount:any
"""
SETTLEMENT = """
    id:number account_id:number merchant_name:text merchant_email:text settlement_account:text bank_code:text
    transaction_date:text due_date:text processed_date:any status:text currency:text gross_amount:sum app_fee:sum
    merchant_fee:sum chargeback:sum refund:sum stampduty_charge:sum net_amount:sum transaction_count:number
    processor_ref:any disburse_ref:any disburse_message:any channel:text destination:text fx_data:any flag_message:any
    refund_meta:any chargeback_meta:any source_bankcode:any created_at:text
"""
PAGED = "page_info:object page_info.total:number page_info.current_page:number page_info.total_pages:number"
# `listSchema`, which every list of the library is checked by.
LISTED = "page:text from:text to:text reference:text tx_ref:text<=100 currency:text status:text<=20"

CALLS: dict[str, Published] = {
    "POST /payments": Published(
        asked="""
            tx_ref:text! amount:sum! currency:text redirect_url:text! customer:object! customizations:object meta:object
            configurations:object payment_options:text subaccounts:list payment_plan:text
        """,
        told="link:text",
    ),
    "GET /transactions/verify_by_reference": Published(asked="tx_ref:text!<=100", told=VERIFIED),
    "GET /transactions/{}/verify": Published(told=VERIFIED),
    "GET /transactions": Published(
        asked=LISTED, told=f"{TRANSACTION} customer_name:text customer_email:text", meta=PAGED
    ),
    "POST /transactions/{}/refund": Published(asked="amount:sum! comments:text callbackurl:text", told=REFUND),
    "GET /refunds": Published(asked=LISTED, told=REFUND, meta=PAGED),
    "GET /refunds/{}": Published(told=REFUND),
    "GET /banks/NG": Published(told="id:number code:text name:text"),
    "POST /accounts/resolve": Published(
        asked="account_number:text! account_bank:text! country:text type:text",
        told="account_number:text account_name:text",
    ),
    "POST /transfers": Published(
        asked="""
            amount:sum! currency:text! account_bank:text! account_number:text!<=20 narration:text<=100
            debit_subaccount:text<=100 debit_currency:text reference:text<=100 beneficiary:number
            beneficiary_name:text<=100 destination_branch_code:text<=10 callback_url:text<=100 meta:any
        """,
        told=TRANSFER,
    ),
    "GET /transfers": Published(asked=LISTED, told=TRANSFER, meta=PAGED),
    "GET /balances/NGN": Published(told="currency:text available_balance:sum ledger_balance:sum"),
    "POST /virtual-account-numbers": Published(
        # The names, the phone and `nin` are in the sample and on the documentation's page.
        asked="""
            email:text!<=100 is_permanent:flag! bvn:text<=11 nin:text<=11 duration:text frequency:text
            narration:text<=100 tx_ref:text<=100 amount:sum phonenumber:text firstname:text lastname:text currency:text
        """,
        told=NUMBER,
    ),
    "POST /virtual-account-numbers/{}": Published(asked="status:text!", told="status:text status_desc:text"),
    "GET /settlements": Published(asked=LISTED, told=f"{SETTLEMENT} is_local:flag meta:list", meta=PAGED),
    "GET /settlements/{}": Published(asked=LISTED, told=f"{SETTLEMENT} is_local:number meta:text transactions:list"),
    "GET /chargebacks": Published(
        asked=f"{LISTED} flw_ref:text currency:text",
        told="""
            id:number amount:sum flw_ref:text status:text stage:text comment:text meta:object due_date:text?
            settlement_id:text created_at:text transaction_id:number tx_ref:text
        """,
        meta=PAGED,
    ),
    "PUT /chargebacks/{}": Published(asked="action:text! comment:text!"),
}
