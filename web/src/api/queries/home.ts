import { queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import type { components } from "../schema";

export type ClientHomeData = components["schemas"]["ClientHomeOut"];

/** What waits for the caller, by role, in one answer. */
export function homeQuery() {
  return queryOptions({
    queryKey: ["home"] as const,
    queryFn: () => body(api.GET("/api/home")),
    meta: { keep: true },
  });
}
