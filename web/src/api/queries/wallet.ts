import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import { listOf } from "../lists";
import { payOnce } from "../money";
import { isProblem } from "../refusals";
import type { components } from "../schema";

type Schemas = components["schemas"];

export type Period = "week" | "month";

export const walletKeys = {
  all: ["wallet"] as const,
  balance: () => [...walletKeys.all, "balance"] as const,
  transactions: (period: Period | undefined) => [...walletKeys.all, "transactions", period ?? "all"] as const,
  withdrawals: () => [...walletKeys.all, "withdrawals"] as const,
  withdrawal: (id: number) => [...walletKeys.all, "withdrawal", id] as const,
  statement: (month: string) => [...walletKeys.all, "statement", month] as const,
  number: () => [...walletKeys.all, "number"] as const,
  limits: () => [...walletKeys.all, "limits"] as const,
  account: () => ["bank-account"] as const,
};

export function walletQuery() {
  return queryOptions({
    queryKey: walletKeys.balance(),
    queryFn: () => body(api.GET("/api/wallet")),
    meta: { keep: true },
  });
}

const HOUR_MS = 3600_000;
const DAYS: Record<Period, number> = { week: 7, month: 30 };

/** What moved, newest first; of a period with its sums. A period begins with a whole hour: its pages agree on it. */
export function transactionList(period: Period | undefined) {
  return listOf(
    walletKeys.transactions(period),
    (page) => {
      const begin = period && { created_from: new Date(hourNow() - DAYS[period] * 24 * HOUR_MS).toISOString() };
      return body(api.GET("/api/wallet/transactions", { params: { query: { ...page, ...begin } } }));
    },
    { keep: true },
  );
}

function hourNow(): number {
  return Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
}

export function withdrawalList() {
  return listOf(walletKeys.withdrawals(), (page) =>
    body(api.GET("/api/wallet/withdrawals", { params: { query: page } })),
  );
}

const UNDER_WAY: readonly string[] = ["requested", "sending", "unknown"];

export function withdrawalQuery(id: number) {
  return queryOptions({
    queryKey: walletKeys.withdrawal(id),
    queryFn: () =>
      body(api.GET("/api/wallet/withdrawals/{withdrawal_id}", { params: { path: { withdrawal_id: id } } })),
    // The bank answers in seconds, most of the time.
    refetchInterval: (query) => (UNDER_WAY.includes(query.state.data?.status ?? "") ? 3000 : false),
  });
}

/** The account number that stands for the wallet. Once asked for, it comes within minutes. */
export function accountNumberQuery() {
  return queryOptions({
    queryKey: walletKeys.number(),
    queryFn: () => body(api.GET("/api/wallet/virtual-account")),
    refetchInterval: ({ state: { data } }) => (data?.status === "requested" && !data.needs_identity ? 5000 : false),
  });
}

/** With a BVN or NIN where the account says that it needs one; sent again after an answer that was lost, it is asked again. */
export function askForAccountNumber(identity?: Schemas["IdentityNumberIn"]) {
  return body(api.POST("/api/wallet/virtual-account", identity && { body: identity }));
}

/** How much may leave by bank, and what would raise it. */
export function limitsQuery() {
  return queryOptions({ queryKey: walletKeys.limits(), queryFn: () => body(api.GET("/api/wallet/limits")) });
}

/** Ask whose BVN or NIN it is. Sent again after an answer that was lost, it does the same: it is kept nowhere. */
export function confirmNumber(number: Schemas["IdentityNumberIn"]) {
  return body(api.POST("/api/wallet/limits/identity", { body: number }));
}

export function limitsChanged(queries: QueryClient, limits: Schemas["LimitsOut"]): Promise<void> {
  queries.setQueryData(walletKeys.limits(), limits);
  return queries.invalidateQueries({ queryKey: walletKeys.balance() });
}

/** The bank account, or null where there is none yet: that is an answer and no error. */
export function bankAccountQuery() {
  return queryOptions({
    queryKey: walletKeys.account(),
    queryFn: async () => {
      try {
        return await body(api.GET("/api/get-account-details"));
      } catch (error) {
        if (isProblem(error, "not_found", "no_bank_account")) return null;
        throw error;
      }
    },
  });
}

export function banksQuery() {
  return queryOptions({
    queryKey: ["banks"] as const,
    queryFn: () => body(api.GET("/api/banks")),
    staleTime: 3600_000,
  });
}

/** Whose account it is, as the bank says. Nothing is saved. */
export function lookUpAccount(account: Schemas["AccountLookupIn"]) {
  return body(api.POST("/api/account-details/lookup", { body: account }));
}

export function saveBankAccount(account: Schemas["BankAccountIn"]) {
  return body(api.PUT("/api/account-details", { body: account }));
}

export function withdrawMoney(what: Schemas["WithdrawalIn"]) {
  return payOnce("withdrawal", what, (key) =>
    body(api.POST("/api/wallet/withdrawals", { params: { header: { "Idempotency-Key": key } }, body: what })),
  );
}

export function walletChanged(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: walletKeys.all });
}
