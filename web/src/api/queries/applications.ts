import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import { listOf } from "../lists";
import type { components } from "../schema";
import { assignmentKeys } from "./assignments";
import { homeKeys } from "./home";
import { jobKeys } from "./jobs";

export type ApplicationStatus = components["schemas"]["ApplicationStatus"];

export const applicationKeys = {
  all: ["applications"] as const,
  lists: () => [...applicationKeys.all, "list"] as const,
  list: (status: ApplicationStatus | undefined) => [...applicationKeys.lists(), status ?? "all"] as const,
  one: (id: number) => [...applicationKeys.all, "one", id] as const,
};

export function applicationList(status: ApplicationStatus | undefined) {
  return listOf(applicationKeys.list(status), (page) =>
    body(api.GET("/api/applications", { params: { query: { ...page, ...(status && { status: [status] }) } } })),
  );
}

export function applicationQuery(id: number) {
  return queryOptions({
    queryKey: applicationKeys.one(id),
    queryFn: () => body(api.GET("/api/applications/{application_id}", { params: { path: { application_id: id } } })),
  });
}

export function apply(jobId: number, note: string) {
  return body(api.POST("/api/apply-jobs/", { body: { job_id: jobId, note } }));
}

export function withdraw(applicationId: number) {
  return body(
    api.POST("/api/applications/{application_id}/withdraw", { params: { path: { application_id: applicationId } } }),
  );
}

export function confirmTerms(applicationId: number) {
  return body(
    api.POST("/api/applications/{application_id}/confirm-terms", {
      params: { path: { application_id: applicationId } },
    }),
  );
}

export function takePlace(applicationId: number) {
  return body(
    api.POST("/api/applications/{application_id}/take-place", { params: { path: { application_id: applicationId } } }),
  );
}

export function confirmPlace(applicationId: number) {
  return body(
    api.POST("/api/applications/{application_id}/confirm", { params: { path: { application_id: applicationId } } }),
  );
}

/** What shows an application, whoever changed it: lists, the job's own part, and the shifts that came of it. */
export async function applicationChanged(queries: QueryClient, jobId: number): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: applicationKeys.all }),
    queries.invalidateQueries({ queryKey: jobKeys.mine(jobId) }),
    queries.invalidateQueries({ queryKey: jobKeys.one(jobId) }),
    queries.invalidateQueries({ queryKey: jobKeys.lists() }),
    queries.invalidateQueries({ queryKey: assignmentKeys.all }),
    queries.invalidateQueries({ queryKey: homeKeys.all }),
  ]);
}
