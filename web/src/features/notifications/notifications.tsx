import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "@/api/client";
import { markRead } from "@/api/queries/notification-reading";
import { notificationKeys, notificationList } from "@/api/queries/notifications";
import type { Notification } from "@/api/types";
import { Button, buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { List } from "@/ui/list";
import { Moment } from "@/ui/moment";
import { Page } from "@/ui/page";
import { Tag } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { notificationWords } from "./words";

export function Notifications() {
  const words = useWords(notificationWords);
  const queries = useQueryClient();
  const list = useInfiniteQuery(notificationList());
  const readAll = useMutation({
    mutationFn: () => api.POST("/api/notifications/read-all"),
    onSuccess: () => queries.invalidateQueries({ queryKey: notificationKeys.all }),
  });
  return (
    <Page
      title={words.title}
      aside={
        <Link to="/notifications/settings" className={buttonLook("quiet")}>
          {words.settings}
        </Link>
      }
    >
      {(list.data?.pages[0]?.unread_count ?? 0) > 0 && (
        <div>
          <Button busy={readAll.isPending} onClick={() => readAll.mutate()}>
            {words.readAll}
          </Button>
        </div>
      )}
      <List
        query={list}
        label={words.title}
        keyOf={(item) => item.id}
        row={(item) => <Row item={item} />}
        empty={<Empty title={words.empty}>{words.emptyText}</Empty>}
      />
    </Page>
  );
}

const ROW = "grid gap-1 rounded-lg border border-line bg-card p-4";

function Row({ item }: { item: Notification }) {
  const words = useWords(notificationWords);
  const queries = useQueryClient();
  const inside = (
    <>
      <span className="flex flex-wrap items-center gap-2">
        <span className={item.read_at ? "" : "font-bold"}>{item.title}</span>
        {!item.read_at && <Tag tone="action">{words.unread}</Tag>}
      </span>
      <span>{item.body}</span>
      <span className="text-sm text-soft">
        <Moment at={item.created_at} relative />
      </span>
    </>
  );
  // Nobody asked for it: that it failed is not said, and the list shows it.
  const reading = useMutation({ mutationFn: () => markRead(queries, item.id), meta: { quiet: true } });
  const read = () => !item.read_at && reading.mutate();
  const to = appPath(item);
  return to ? (
    <Link to={to} onClick={read} className={`${ROW} hover:border-action`}>
      {inside}
    </Link>
  ) : (
    <div className={ROW}>{inside}</div>
  );
}

/** Links are pages; news about devices that is older than its link leads to them too. */
function appPath(item: Notification): string | null {
  if (item.link) return item.link;
  return ["new_device", "device_revoked", "second_factor_changed"].includes(item.kind) ? "/security" : null;
}
