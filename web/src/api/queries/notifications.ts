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

/** How many are unread. */
export function unreadQuery() {
  return queryOptions({
    queryKey: notificationKeys.unread(),
    queryFn: async () => (await body(api.GET("/api/notifications/unread"))).unread_count,
    refetchInterval: 60_000,
    meta: { quiet: true },
    throwOnError: false,
  });
}
