/** A client's own jobs: what they cost, who wants them, who worked. */

import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import { listOf } from "../lists";
import type { components, paths } from "../schema";

type Schemas = components["schemas"];
export type ClientJob = Schemas["ClientJobOut"];
export type ClientJobItem = Schemas["ClientJobItem"];
export type OwnedJob = Schemas["OwnedJobOut"];
export type ClientApplication = Schemas["ClientApplicationOut"];
export type BestApplicant = Schemas["BestApplicantOut"];
export type JobStatus = Schemas["JobStatus"];
type Filters = Omit<NonNullable<paths["/api/clientjobs/{user_id}"]["get"]["parameters"]["query"]>, "cursor">;

export const clientJobKeys = {
  all: ["client-jobs"] as const,
  lists: () => [...clientJobKeys.all, "list"] as const,
  list: (filters: Filters) => [...clientJobKeys.lists(), filters] as const,
  one: (id: number) => [...clientJobKeys.all, "one", id] as const,
  best: (id: number) => [...clientJobKeys.one(id), "best"] as const,
};

export function clientJobList(userId: number, filters: Filters) {
  return listOf(clientJobKeys.list(filters), (page) =>
    body(
      api.GET("/api/clientjobs/{user_id}", { params: { path: { user_id: userId }, query: { ...filters, ...page } } }),
    ),
  );
}

const at = (id: number) => ({ params: { path: { job_id: id } } });

export function clientJobQuery(id: number) {
  return queryOptions({
    queryKey: clientJobKeys.one(id),
    queryFn: () => body(api.GET("/api/client/jobs/{job_id}", at(id))),
    // Codes must be readable at a gate without network.
    meta: { keep: true },
  });
}

export function bestApplicants(id: number) {
  return listOf(clientJobKeys.best(id), (page) =>
    body(api.GET("/api/jobs/{job_id}/best-applicants/", { params: { path: { job_id: id }, query: page } })),
  );
}

export function decide(applicationId: number, decision: "accept" | "reject") {
  const application = { params: { path: { application_id: applicationId } } };
  return decision === "accept"
    ? body(api.POST("/api/applications/{application_id}/accept", application))
    : body(api.POST("/api/applications/{application_id}/reject", application));
}

/** Take back the place of somebody who did not confirm it. */
export function releasePlace(applicationId: number) {
  return body(
    api.POST("/api/applications/{application_id}/release", { params: { path: { application_id: applicationId } } }),
  );
}

export function cancelJob(id: number) {
  return body(api.POST("/api/jobs/{job_id}/cancel", at(id)));
}

/** Call off one of its shifts. */
export function cancelShift(jobId: number, shiftId: number) {
  const shift = { params: { path: { job_id: jobId, shift_id: shiftId } } };
  return body(api.POST("/api/jobs/{job_id}/shifts/{shift_id}/cancel", shift));
}

/** All its terms, for other days. */
export function copyJob(id: number, days: Schemas["CopyIn"]) {
  return body(api.POST("/api/jobs/{job_id}/copy", { ...at(id), body: days }));
}

export function editJob(id: number, changes: Schemas["JobPatch"]) {
  return body(api.PATCH("/api/jobs/{job_id}", { ...at(id), body: changes }));
}

/** Ask again for everything that shows this job, whatever of it changed. */
export async function clientJobChanged(queries: QueryClient, id: number): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: clientJobKeys.one(id) }),
    queries.invalidateQueries({ queryKey: clientJobKeys.lists() }),
    queries.invalidateQueries({ queryKey: ["wallet"] }),
    queries.invalidateQueries({ queryKey: ["payments"] }),
  ]);
}
