/** The client's part of attendance: approving hours, and marking who did not come. */

import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import { listOf } from "../lists";
import { assignmentKeys } from "./assignments";
import { clientJobKeys } from "./client-jobs";

export const approvingKeys = {
  all: ["approving"] as const,
  list: () => [...approvingKeys.all, "list"] as const,
  job: (jobId: number) => [...approvingKeys.all, "job", jobId] as const,
  extraTime: (id: number, minutes: number | null) => [...approvingKeys.all, "extra time", id, minutes] as const,
  ending: (id: number) => [...approvingKeys.all, "ending", id] as const,
};

/** Shifts that were worked and wait for the client, oldest first. */
export function toApproveList() {
  return listOf(approvingKeys.list(), (page) =>
    body(api.GET("/api/assignments", { params: { query: { status: ["checked_out"], ...page } } })),
  );
}

/** Everybody's shifts of one job, with check-ins and wages. */
export function attendanceOfJob(jobId: number) {
  return listOf(approvingKeys.job(jobId), (page) =>
    body(api.GET("/api/assignments", { params: { query: { job_id: jobId, limit: 100, ...page } } })),
  );
}

const at = (id: number) => ({ params: { path: { assignment_id: id } } });

/** Pay the worked minutes, or others with a reason. */
export function approve(id: number, others: { minutes: number; reason: string } | null = null) {
  return body(api.POST("/api/assignments/{assignment_id}/approve", { ...at(id), body: others ?? {} }));
}

const MOST_AT_ONCE = 100;

/** Pay the worked minutes of all of them; how many were refused. One refusal keeps no other from its pay. */
export async function approveAll(ids: readonly number[]): Promise<number> {
  let refused = 0;
  for (let first = 0; first < ids.length; first += MOST_AT_ONCE) {
    const { results } = await body(
      api.POST("/api/assignments/approve", { body: { assignment_ids: ids.slice(first, first + MOST_AT_ONCE) } }),
    );
    refused += results.filter((result) => result.refusal).length;
  }
  return refused;
}

export function markNoShow(id: number) {
  return body(api.POST("/api/assignments/{assignment_id}/no-show", at(id)));
}

export function takeBackNoShow(id: number) {
  return body(api.POST("/api/assignments/{assignment_id}/no-show/take-back", at(id)));
}

export function contest(id: number, reason: string) {
  return body(api.POST("/api/assignments/{assignment_id}/contest", { ...at(id), body: { reason } }));
}

export function takeBackContest(id: number) {
  return body(api.POST("/api/assignments/{assignment_id}/contest/take-back", at(id)));
}

/** What sending the worker home at this moment costs: never shown from before. */
export function endingCost(id: number) {
  return queryOptions({
    queryKey: approvingKeys.ending(id),
    queryFn: () => body(api.GET("/api/assignments/{assignment_id}/end", at(id))),
    gcTime: 0,
    staleTime: 0,
  });
}

export function endShift(id: number, reason: string, at_fault: boolean) {
  return body(api.POST("/api/assignments/{assignment_id}/end", { ...at(id), body: { reason, at_fault } }));
}

/** What staying so many minutes longer costs, and whether the wallet holds it now. */
export function extraTimeCost(id: number, minutes: number | null) {
  return queryOptions({
    queryKey: approvingKeys.extraTime(id, minutes),
    queryFn: () =>
      body(
        api.GET("/api/assignments/{assignment_id}/extra-time", {
          params: { path: { assignment_id: id }, query: { minutes: minutes ?? 0 } },
        }),
      ),
    enabled: minutes !== null,
    gcTime: 0,
    staleTime: 0,
  });
}

export function offerExtraTime(id: number, minutes: number) {
  return body(api.POST("/api/assignments/{assignment_id}/extra-time", { ...at(id), body: { minutes } }));
}

export function withdrawExtraTime(id: number) {
  return body(api.POST("/api/assignments/{assignment_id}/extra-time/withdraw", at(id)));
}

export async function attendanceDecided(queries: QueryClient): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: approvingKeys.all }),
    queries.invalidateQueries({ queryKey: assignmentKeys.all }),
    queries.invalidateQueries({ queryKey: clientJobKeys.all }),
    queries.invalidateQueries({ queryKey: ["payments"] }),
  ]);
}
