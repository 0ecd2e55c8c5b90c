/** Receipts and statements as papers: links that open them without a log-in, for minutes. */

import { queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import type { components } from "../schema";
import { walletKeys } from "./wallet";

export type PaperLink = components["schemas"]["DocumentLinkOut"];
export type Statement = components["schemas"]["AccountStatementOut"];

export function linkPaymentReceipt(reference: string): Promise<PaperLink> {
  return body(api.POST("/api/payments/{reference}/receipt/link", { params: { path: { reference } } }));
}

export function linkWithdrawalReceipt(withdrawalId: number): Promise<PaperLink> {
  return body(
    api.POST("/api/wallet/withdrawals/{withdrawal_id}/receipt/link", {
      params: { path: { withdrawal_id: withdrawalId } },
    }),
  );
}

export function linkStatement(month: string): Promise<PaperLink> {
  return body(api.POST("/api/wallet/statements/{month}/link", { params: { path: { month } } }));
}

/** A month as `2026-10`, in Lagos. */
export function statementQuery(month: string) {
  return queryOptions({
    queryKey: walletKeys.statement(month),
    queryFn: () => body(api.GET("/api/wallet/statements/{month}", { params: { path: { month } } })),
  });
}
