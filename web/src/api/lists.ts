/** Lists that continue by cursor. */

import { infiniteQueryOptions, type QueryKey } from "@tanstack/react-query";
import { isProblem } from "./refusals";

export type PageOf<T> = { items: T[]; next_cursor: string | null };

/** A list as one query of many pages. A cursor that no longer fits starts the list again. */
export function listOf<P extends PageOf<unknown>>(
  key: QueryKey,
  ask: (page: { cursor?: string }) => Promise<P>,
  meta: { keep?: boolean } = {},
) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: async ({ pageParam }) => {
      try {
        return await ask(pageParam ? { cursor: pageParam } : {});
      } catch (error) {
        if (pageParam && isProblem(error, "invalid_cursor")) return ask({});
        throw error;
      }
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    meta,
  });
}

export function itemsOf<T>(data: { pages: PageOf<T>[] } | undefined): T[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}
