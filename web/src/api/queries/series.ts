/** Jobs that are posted again every week. */

import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import type { components } from "../schema";
import { clientJobChanged, clientJobKeys } from "./client-jobs";

export type Series = components["schemas"]["SeriesOut"];

export const seriesKeys = {
  all: ["series"] as const,
  one: (id: number) => [...seriesKeys.all, "one", id] as const,
};

const of = (id: number) => ({ params: { path: { series_id: id } } });

export function seriesQuery(id: number) {
  return queryOptions({
    queryKey: seriesKeys.one(id),
    queryFn: () => body(api.GET("/api/series/{series_id}", of(id))),
  });
}

/** `until`: the last day that it may have; null is without end. */
export function startSeries(jobId: number, until: string | null) {
  return body(api.POST("/api/jobs/{job_id}/series", { params: { path: { job_id: jobId } }, body: { until } }));
}

export function endSeries(id: number) {
  return body(api.POST("/api/series/{series_id}/end", of(id)));
}

/** Its weeks are jobs: each of them, and all lists of jobs, may show something else now. */
export async function seriesChanged(queries: QueryClient, { series }: Series, jobId: number): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: seriesKeys.one(series.id) }),
    queries.invalidateQueries({ queryKey: clientJobKeys.all }),
    clientJobChanged(queries, jobId),
  ]);
}
