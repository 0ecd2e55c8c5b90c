import { queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import type { components } from "../schema";

export type Rules = components["schemas"]["ConfigOut"];

/** The numbers of the rules, as the operator set them. */
export function configQuery() {
  return queryOptions({
    queryKey: ["config"] as const,
    queryFn: () => body(api.GET("/api/config")),
    staleTime: 3600_000,
    meta: { keep: true },
  });
}
