import { queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import { listOf } from "../lists";

export const disputeKeys = {
  all: ["disputes"] as const,
  list: () => [...disputeKeys.all, "list"] as const,
  one: (id: number) => [...disputeKeys.all, "one", id] as const,
};

export function disputeList() {
  return listOf(disputeKeys.list(), (page) => body(api.GET("/api/disputes", { params: { query: page } })));
}

export function disputeQuery(id: number) {
  return queryOptions({
    queryKey: disputeKeys.one(id),
    queryFn: () => body(api.GET("/api/disputes/{dispute_id}", { params: { path: { dispute_id: id } } })),
  });
}

export function openDispute(assignmentId: number, reason: string) {
  return body(api.POST("/api/disputes", { body: { assignment_id: assignmentId, reason } }));
}

export function addStatement(id: number, statement: string) {
  return body(
    api.POST("/api/disputes/{dispute_id}/statements", {
      params: { path: { dispute_id: id } },
      body: { body: statement },
    }),
  );
}

export function withdrawDispute(id: number) {
  return body(api.POST("/api/disputes/{dispute_id}/withdraw", { params: { path: { dispute_id: id } } }));
}
