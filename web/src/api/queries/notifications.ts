import { queryOptions } from "@tanstack/react-query";
import { api, body } from "../client";
import { listOf } from "../lists";

export const notificationKeys = {
  all: ["notifications"] as const,
  list: () => [...notificationKeys.all, "list"] as const,
  unread: () => [...notificationKeys.all, "unread"] as const,
  settings: () => ["notification-settings"] as const,
};

export function notificationList() {
  return listOf(notificationKeys.list(), (page) => body(api.GET("/api/notifications", { params: { query: page } })));
}

/** How many are unread. The smallest page there is: its count stands beside the items. */
export function unreadQuery() {
  return queryOptions({
    queryKey: notificationKeys.unread(),
    queryFn: async () => (await body(api.GET("/api/notifications", { params: { query: { limit: 1 } } }))).unread_count,
    refetchInterval: 60_000,
    meta: { quiet: true },
    throwOnError: false,
  });
}
