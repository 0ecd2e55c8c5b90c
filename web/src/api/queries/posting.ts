/** Posting a job: the trades there are, what it would cost, and the posting itself. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import type { components } from "../schema";

type Schemas = components["schemas"];
export type QuoteTerms = Schemas["QuoteIn"];
export type Terms = Schemas["JobIn"];
export type Quote = Schemas["QuoteOut"];

/** What these terms would cost. The last answer stays while the next one comes, so that the sum does not flicker. */
export function quoteQuery(terms: QuoteTerms | null) {
  return queryOptions({
    queryKey: ["quote", terms] as const,
    queryFn: () => body(api.POST("/api/jobs/quote", { body: terms as QuoteTerms })),
    enabled: terms !== null,
    placeholderData: keepPreviousData,
    // What is wrong with the terms stands beside the form.
    throwOnError: false,
    retry: false,
    meta: { quiet: true },
  });
}

export function postJob(terms: Terms) {
  return body(api.POST("/api/jobs", { body: terms }));
}
