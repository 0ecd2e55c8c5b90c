import { queryOptions } from "@tanstack/react-query";
import * as ahead from "../ahead";
import type { components } from "../schema";

export type ClientHomeData = components["schemas"]["ClientHomeOut"];
export type WorkerHomeData = components["schemas"]["WorkerHomeOut"];

export const homeKeys = { all: ["home"] as const };

/** What waits for the caller, by role, in one answer. */
export function homeQuery() {
  return queryOptions({
    queryKey: homeKeys.all,
    queryFn: () => ahead.home.take(),
    meta: { keep: true },
  });
}
