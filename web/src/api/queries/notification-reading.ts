import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { api } from "../client";
import type { components } from "../schema";
import { notificationKeys } from "./notifications";

type Pages = InfiniteData<components["schemas"]["NotificationsOut"], string>;

/** Show it as read at once: what the server says afterwards is shown in any case. */
export async function markRead(queries: QueryClient, id: number): Promise<void> {
  const now = new Date().toISOString();
  queries.setQueryData<Pages>(
    notificationKeys.list(),
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          unread_count: Math.max(0, page.unread_count - 1),
          items: page.items.map((item) => (item.id === id ? { ...item, read_at: item.read_at ?? now } : item)),
        })),
      },
  );
  queries.setQueryData<number>(notificationKeys.unread(), (count) => count && count - 1);
  try {
    await api.POST("/api/notifications/{notification_id}/read", { params: { path: { notification_id: id } } });
  } finally {
    await queries.invalidateQueries({ queryKey: notificationKeys.all });
  }
}
