import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { unreadQuery } from "@/api/queries/notifications";
import { Icon } from "@/ui/icon";
import { useWords } from "@/ui/words";
import { appWords } from "./words";

export function Bell() {
  const words = useWords(appWords);
  const { data: unread = 0 } = useQuery(unreadQuery());
  return (
    <Link to="/notifications" className="relative flex min-h-12 min-w-12 items-center justify-center text-soft">
      <Icon name="bell" />
      <span className="sr-only">{words.notifications}</span>
      {unread > 0 && (
        <span className="absolute -end-1.5 top-1 min-w-5 whitespace-nowrap rounded-full bg-harm px-1.5 text-center text-sm font-medium text-card">
          {unread > 99 ? "99+" : unread}
          <span className="sr-only"> {words.unread(unread)}</span>
        </span>
      )}
    </Link>
  );
}
