import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import { itemsOf, listOf, type PageOf } from "../lists";
import { queries } from "../query-client";
import type { components, paths } from "../schema";
import type { Assignment, Attendance } from "../types";

type Query = NonNullable<paths["/api/assignments"]["get"]["parameters"]["query"]>;
export type AssignmentFilters = Omit<Query, "cursor" | "limit">;

export const assignmentKeys = {
  all: ["assignments"] as const,
  lists: () => [...assignmentKeys.all, "list"] as const,
  list: (filters: AssignmentFilters) => [...assignmentKeys.lists(), filters] as const,
  one: (id: number) => [...assignmentKeys.all, "one", id] as const,
};

export function assignmentList(filters: AssignmentFilters) {
  return listOf(assignmentKeys.list(filters), (page) =>
    body(api.GET("/api/assignments", { params: { query: { ...filters, ...page } } })),
  );
}

const LIVE = ["scheduled", "checked_in"] as const;
const OVER = ["checked_out", "approved", "no_show", "canceled"] as const;

/** What runs and what comes, soonest first. The statuses say it and no moment: the key stays the same without network. */
export function comingShifts() {
  return listOf(
    [...assignmentKeys.lists(), "coming"],
    (page) => body(api.GET("/api/assignments", { params: { query: { ...page, status: [...LIVE] } } })),
    { keep: true },
  );
}

/** What is over, the last one first. */
export function pastShifts() {
  return listOf([...assignmentKeys.lists(), "past"], (page) =>
    body(api.GET("/api/assignments", { params: { query: { ...page, status: [...OVER], order: "latest" } } })),
  );
}

export function assignmentQuery(id: number) {
  const coming = comingShifts().queryKey;
  return queryOptions({
    queryKey: assignmentKeys.one(id),
    // The list has all of it: without a network a shift opens that was not opened before. It may have changed since, as
    // it may have under a list that nobody looks at: it is asked again.
    initialData: () =>
      itemsOf(queries.getQueryData<{ pages: PageOf<Assignment>[] }>(coming)).find((shift) => shift.id === id),
    initialDataUpdatedAt: () => queries.getQueryState(coming)?.dataUpdatedAt,
    refetchOnMount: "always",
    queryFn: () => body(api.GET("/api/assignments/{assignment_id}", { params: { path: { assignment_id: id } } })),
    meta: { keep: true },
  });
}

const at = (id: number) => ({ params: { path: { assignment_id: id } } });

export function checkIn(id: number, proof: components["schemas"]["CheckInIn"]) {
  return body(api.POST("/api/assignments/{assignment_id}/check-in", { ...at(id), body: proof }));
}

export function checkOut(id: number) {
  return body(api.POST("/api/assignments/{assignment_id}/check-out", at(id)));
}

export function giveBack(id: number) {
  return body(api.POST("/api/assignments/{assignment_id}/give-back", at(id)));
}

export function takeBackCheckOut(id: number) {
  return body(api.POST("/api/assignments/{assignment_id}/check-out/take-back", at(id)));
}

export function askForMinutes(id: number, minutes: number, reason: string) {
  return body(api.POST("/api/assignments/{assignment_id}/ask-minutes", { ...at(id), body: { minutes, reason } }));
}

/** Stay longer: exactly the minutes that were read. */
export function acceptExtraTime(id: number, minutes: number) {
  return body(api.POST("/api/assignments/{assignment_id}/extra-time/accept", { ...at(id), body: { minutes } }));
}

export function declineExtraTime(id: number, minutes: number) {
  return body(api.POST("/api/assignments/{assignment_id}/extra-time/decline", { ...at(id), body: { minutes } }));
}

/** Who was there when, and who put what right. */
export function historyQuery(id: number) {
  return queryOptions({
    queryKey: [...assignmentKeys.one(id), "history"] as const,
    queryFn: () => body(api.GET("/api/assignments/{assignment_id}/history", at(id))),
  });
}

export function acceptMinutes(id: number) {
  return body(api.POST("/api/assignments/{assignment_id}/accept-minutes", at(id)));
}

/** Show the answer to a step at once, then ask for what else it changed. */
export async function attendanceChanged(queries: QueryClient, answer: Attendance): Promise<void> {
  queries.setQueryData(assignmentQuery(answer.id).queryKey, (shown) => shown && { ...shown, ...answer });
  await Promise.all([
    queries.invalidateQueries({ queryKey: assignmentKeys.all }),
    queries.invalidateQueries({ queryKey: ["wallet"] }),
  ]);
}

export function makeCalendarLink() {
  return body(api.POST("/api/assignments/calendar-link"));
}

export function dropCalendarLink() {
  return api.DELETE("/api/assignments/calendar-link");
}
