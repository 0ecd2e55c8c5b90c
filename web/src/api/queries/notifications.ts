import { queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import { listOf } from "../lists";
import { homeKeys, homeQuery } from "./home";

const HOME_IS_NEW_MS = 5_000;

export const notificationKeys = {
  all: ["notifications"] as const,
  list: () => [...notificationKeys.all, "list"] as const,
  unread: () => [...notificationKeys.all, "unread"] as const,
  settings: () => ["notification-settings"] as const,
};

export function notificationList() {
  return listOf(notificationKeys.list(), (page) => body(api.GET("/api/notifications", { params: { query: page } })));
}

/** How many are unread. */
export function unreadQuery() {
  return queryOptions({
    queryKey: notificationKeys.unread(),
    queryFn: async ({ client }) => {
      // The answer of the first screen says it too: while that is new, or on its way, nothing is asked beside it.
      const home = client.getQueryCache().find({ queryKey: homeKeys.all });
      const isFirst = client.getQueryData(notificationKeys.unread()) === undefined;
      const known =
        isFirst && home && (home.state.fetchStatus === "fetching" || !home.isStaleByTime(HOME_IS_NEW_MS))
          ? await client.fetchQuery(homeQuery()).catch(() => undefined)
          : undefined;
      return (known ?? (await body(api.GET("/api/notifications/unread")))).unread_count;
    },
    refetchInterval: 60_000,
    meta: { quiet: true },
    throwOnError: false,
  });
}
