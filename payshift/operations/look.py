"""How admin looks: its name and colours, and the side bar that groups every screen by what staff do with it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

# Title, symbol, and the screens: label, model as app_label.model_name, symbol (https://fonts.google.com/icons).
GROUPS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "People",
        (
            ("People", "accounts.customuser", "group"),
            ("Profiles", "accounts.profile", "badge"),
            ("Bank accounts", "accounts.bankaccount", "account_balance"),
            ("Identity checks", "accounts.identitycheck", "badge"),
            ("Devices", "accounts.device", "devices"),
            ("Earlier access tokens", "accounts.earlieraccess", "history"),
            ("One-time codes", "accounts.otp", "pin"),
            ("Second factors", "accounts.secondfactor", "phonelink_lock"),
            ("Recovery codes", "accounts.recoverycode", "key"),
            ("Notifications", "accounts.notification", "notifications"),
            ("Notification settings", "accounts.notificationpreference", "notification_settings"),
            ("Devices with push", "accounts.pushsubscription", "notifications_active"),
            ("Quiet hours", "accounts.quiethours", "bedtime"),
            ("Groups of staff", "auth.group", "admin_panel_settings"),
        ),
    ),
    (
        "Work",
        (
            ("Jobs", "jobs.job", "work"),
            ("Shifts", "jobs.shift", "schedule"),
            ("Applications", "jobs.application", "assignment_ind"),
            ("Decisions", "jobs.applicationstatuslog", "rule"),
            ("Assignments", "jobs.shiftassignment", "how_to_reg"),
            ("Time on site", "jobs.spell", "timer"),
            ("Corrections", "jobs.attendancelog", "edit_note"),
            ("Invitations", "jobs.invitation", "mail"),
            ("Calendar links", "jobs.calendarlink", "calendar_month"),
            ("Saved jobs", "jobs.savedjob", "bookmark"),
            ("Saved searches", "jobs.savedsearch", "manage_search"),
            ("Job templates", "jobs.jobtemplate", "content_copy"),
            ("Weekly series", "jobs.jobseries", "event_repeat"),
            ("Weeks of series", "jobs.seriesoccurrence", "view_week"),
            ("Favourites", "jobs.favourite", "star"),
            ("Blocks", "jobs.block", "block"),
            ("Reports", "jobs.report", "flag"),
            ("Handled patterns", "jobs.handledpattern", "task_alt"),
            ("Notes of staff", "jobs.staffnote", "sticky_note_2"),
            ("Industries", "jobs.jobindustry", "factory"),
            ("Trades", "jobs.jobsubcategory", "handyman"),
        ),
    ),
    (
        "Money",
        (
            ("Disputes", "payment.dispute", "gavel"),
            ("Chargebacks", "payment.chargeback", "credit_card_off"),
            ("Statements in disputes", "payment.disputestatement", "forum"),
            ("Payments", "payment.payment", "payments"),
            ("Tries at providers", "payment.paymentattempt", "credit_card"),
            ("Refunds", "payment.refund", "undo"),
            ("Withdrawals", "payment.withdrawal", "send_money"),
            ("Receipts", "payment.receipt", "receipt"),
            ("Issuers of receipts", "payment.receiptissuer", "domain"),
            ("Differences with providers", "payment.providerdifference", "difference"),
            ("Settlements", "payment.settlement", "account_balance"),
            ("Payments in settlements", "payment.settlementline", "receipt_long"),
            ("Money that staff move", "payment.staffmove", "approval_delegation"),
            ("Exports", "accounts.staffexport", "download"),
            ("Wallets", "payment.wallet", "account_balance_wallet"),
            ("Account numbers of clients", "payment.virtualaccount", "pin"),
            ("Deposits", "payment.deposit", "savings"),
            ("Ledger accounts", "payment.ledgeraccount", "menu_book"),
            ("Ledger transactions", "payment.ledgertransaction", "swap_horiz"),
            ("Closed months", "payment.closedmonth", "event_busy"),
            ("Anchors of the ledger", "payment.ledgeranchor", "anchor"),
            ("Ledger entries", "payment.ledgerentry", "list"),
        ),
    ),
    ("Reputation", (("Reviews", "rating.review", "star"),)),
    (
        "Operations",
        (
            ("Webhooks", "payment.webhookevent", "webhook"),
            ("Idempotency keys", "payment.idempotencykey", "key"),
            ("Background jobs", "procrastinate.procrastinatejob", "conveyor_belt"),
            ("Checks of itself", "core.selfcheck", "fact_check"),
        ),
    ),
)


def _static(path: str) -> Callable[[HttpRequest], str]:
    """The address with the file's hash in it, which is known once static files are collected."""
    return lambda request: static(path)


class MayView:
    """Whether this member of staff may look at a model. A class, because the side bar's configuration is copied."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    def __call__(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


def _screen(title: str, model: str, icon: str) -> dict[str, Any]:
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": MayView(f"{app}.view_{name}"),
    }


def _page(title: str, name: str, icon: str, permission: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{name}"), "permission": MayView(permission)}


def environment(request: HttpRequest) -> list[str] | None:
    """The badge that keeps somebody from taking a trial for the real thing, or the other way round."""
    return ["Development", "info"] if settings.DEBUG else ["Production", "danger"]


def _navigation() -> list[dict[str, Any]]:
    pages = {
        "People": [_page("Patterns", "patterns", "troubleshoot", "accounts.ban_customuser")],
        "Money": [_page("Figures", "figures", "bar_chart", "payment.view_ledgerentry")],
        "Operations": [
            _page("Health", "health", "monitor_heart", "core.view_selfcheck"),
            _page("Books", "books", "balance", "payment.view_ledgeraccount"),
        ],
    }
    first = {"title": "", "items": [{"title": "Today", "icon": "today", "link": reverse_lazy("admin:index")}]}
    groups = [
        {
            "title": title,
            "collapsible": True,
            "items": pages.get(title, []) + [_screen(*screen) for screen in screens],
        }
        for title, screens in GROUPS
    ]
    return [first, *groups]


ADMIN_LOOK: dict[str, Any] = {
    "SITE_TITLE": "Payshift",
    "SITE_HEADER": "Payshift",
    "SITE_SYMBOL": "schedule",
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _static("payshift/icon.svg")}],
    "STYLES": [_static("payshift/admin.css")],
    "SCRIPTS": [_static("payshift/admin.js")],
    "COLORS": {
        # Green: what pays.
        "primary": {
            "50": "oklch(97.9% .021 166.113)",
            "100": "oklch(95% .052 163.051)",
            "200": "oklch(90.5% .093 164.15)",
            "300": "oklch(84.5% .143 164.978)",
            "400": "oklch(76.5% .177 163.223)",
            "500": "oklch(69.6% .17 162.48)",
            "600": "oklch(50.8% .118 165.612)",
            "700": "oklch(43.2% .095 166.913)",
            "800": "oklch(37.8% .077 168.94)",
            "900": "oklch(32% .062 170)",
            "950": "oklch(26.2% .051 172.552)",
        }
    },
    "ENVIRONMENT": "payshift.operations.look.environment",
    "ACCOUNT": {
        "navigation": [
            {"title": "Second factor", "link": reverse_lazy("staff_second_factor")},
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
        ]
    },
    "DASHBOARD_CALLBACK": "payshift.operations.dashboard.add_figures",
    "SITE_VIEWS": [
        ("jobs/job/<int:pk>/everything/", "job_everything", "payshift.operations.everything.pages.JobEverything"),
        (
            "accounts/customuser/<int:pk>/everything/",
            "person_everything",
            "payshift.operations.everything.pages.PersonEverything",
        ),
        ("health/", "health", "payshift.operations.health.HealthPage"),
        ("books/", "books", "payshift.operations.books.BooksPage"),
        ("figures/", "figures", "payshift.operations.figures_page.FiguresPage"),
        ("patterns/", "patterns", "payshift.operations.patterns.PatternsPage"),
    ],
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": _navigation()},
}
