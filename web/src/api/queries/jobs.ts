import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import { listOf } from "../lists";
import type { paths } from "../schema";

type Query = NonNullable<paths["/api/jobs"]["get"]["parameters"]["query"]>;
export type JobFilters = Omit<Query, "cursor" | "limit">;

export const jobKeys = {
  all: ["jobs"] as const,
  lists: () => [...jobKeys.all, "list"] as const,
  list: (filters: JobFilters) => [...jobKeys.lists(), filters] as const,
  saved: () => [...jobKeys.lists(), "saved"] as const,
  invitations: () => [...jobKeys.lists(), "invitations"] as const,
  one: (id: number) => [...jobKeys.all, "one", id] as const,
  mine: (id: number) => [...jobKeys.all, "mine", id] as const,
};

export function jobList(filters: JobFilters) {
  return listOf(jobKeys.list(filters), (page) =>
    body(api.GET("/api/jobs", { params: { query: { ...filters, ...page } } })),
  );
}

export function savedJobs() {
  return listOf(jobKeys.saved(), (page) => body(api.GET("/api/saved-jobs", { params: { query: page } })));
}

export function invitations() {
  return listOf(jobKeys.invitations(), (page) => body(api.GET("/api/invitations", { params: { query: page } })));
}

export function jobQuery(id: number) {
  return queryOptions({
    queryKey: jobKeys.one(id),
    queryFn: () => body(api.GET("/api/jobs/{job_id}", { params: { path: { job_id: id } } })),
    meta: { keep: true },
  });
}

/** The caller's own part of a job: saved, applied, may apply and why not. */
export function myPartQuery(id: number) {
  return queryOptions({
    queryKey: jobKeys.mine(id),
    queryFn: () => body(api.GET("/api/jobs/{job_id}/me", { params: { path: { job_id: id } } })),
  });
}

/** Optimistic: a bookmark is nobody else's business, and is put back if the server refuses. */
export async function saveJob(queries: QueryClient, id: number, saved: boolean): Promise<void> {
  const key = myPartQuery(id).queryKey;
  const before = queries.getQueryData(key);
  if (before) queries.setQueryData(key, { ...before, saved });
  try {
    if (saved) await api.POST("/api/saved-jobs", { body: { job_id: id } });
    else await api.DELETE("/api/saved-jobs/{job_id}", { params: { path: { job_id: id } } });
  } catch (error) {
    queries.setQueryData(key, before);
    throw error;
  }
  await queries.invalidateQueries({ queryKey: jobKeys.saved() });
}

export function industriesQuery() {
  return queryOptions({
    queryKey: ["industries"] as const,
    queryFn: () => body(api.GET("/api/industries")),
    staleTime: 3600_000,
    meta: { keep: true },
  });
}
