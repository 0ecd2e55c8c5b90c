/** Paying for jobs, and the list of what was paid. */

import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import { listOf } from "../lists";
import { payOnce } from "../money";
import { isProblem } from "../refusals";
import type { components, paths } from "../schema";
import { clientJobChanged } from "./client-jobs";

type Schemas = components["schemas"];
export type Payment = Schemas["PaymentOut"];
export type Provider = Schemas["PaymentProvider"];
type Query = NonNullable<paths["/api/users/{user_id}/payments"]["get"]["parameters"]["query"]>;
export type PaymentFilters = Omit<Query, "cursor" | "limit">;

export const paymentKeys = {
  all: ["payments"] as const,
  list: (filters: PaymentFilters) => [...paymentKeys.all, "list", filters] as const,
  one: (reference: string) => [...paymentKeys.all, "one", reference] as const,
  receipt: (jobId: number) => [...paymentKeys.all, "receipt", jobId] as const,
};

export function paymentList(userId: number, filters: PaymentFilters) {
  return listOf(paymentKeys.list(filters), (page) =>
    body(
      api.GET("/api/users/{user_id}/payments", {
        params: { path: { user_id: userId }, query: { ...filters, ...page } },
      }),
    ),
  );
}

const ASK_AGAIN_MS = 2500;

/** How a payment stands. While it is open the provider is asked, since its own message to us may be late; where the
    provider does not answer, what the server knows is shown. */
export function paymentQuery(reference: string) {
  const params = { params: { path: { reference } } };
  return queryOptions({
    queryKey: paymentKeys.one(reference),
    queryFn: () =>
      body(api.POST("/api/payments/{reference}/verify", params)).catch((error: unknown) => {
        if (!isProblem(error, "provider_unavailable")) throw error;
        return body(api.GET("/api/payments/{reference}", params));
      }),
    refetchInterval: (query) => (query.state.data?.status === "pending" ? ASK_AGAIN_MS : false),
    staleTime: 0,
  });
}

/** Start, or go on with, the payment of a job. The sum comes from the server. */
export async function payJob(queries: QueryClient, jobId: number, provider: Provider) {
  const what = { job_id: jobId, provider };
  const started = await payOnce(`job-${jobId}`, what, (key) =>
    body(api.POST("/api/payments", { params: { header: { "Idempotency-Key": key } }, body: what })),
  );
  await clientJobChanged(queries, jobId);
  return started;
}

/** A job's receipts, a hundred at a time: as many as are printed at once. */
export function receiptList(jobId: number) {
  return infiniteQueryOptions({
    queryKey: paymentKeys.receipt(jobId),
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/jobs/{job_id}/receipt", {
          params: { path: { job_id: jobId }, query: { limit: 100, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}
