/** What stands around every screen of somebody who is logged in. */

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useRouter } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import { useMe } from "@/api/queries/me";
import { onSession } from "@/api/session";
import { brand } from "@/ui/brand";
import { ago } from "@/ui/format";
import { Icon } from "@/ui/icon";
import { useOnline } from "@/ui/online";
import { useWords } from "@/ui/words";
import { Bell } from "./bell";
import { CLIENT_MENU, WORKER_MENU } from "./nav";
import { appWords } from "./words";

const ITEM =
  "flex min-h-14 flex-col items-center justify-center gap-0.5 rounded-md px-1 text-tab text-soft aria-[current=page]:font-medium aria-[current=page]:text-action md:flex-row md:justify-start md:gap-3 md:px-3 md:text-base md:aria-[current=page]:bg-action-tint";

export function Shell() {
  const words = useWords(appWords);
  const { role } = useMe();
  useLeaving();
  useLater();
  const menu = role === "client" ? CLIENT_MENU : WORKER_MENU;
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr] pb-16 md:grid-cols-[14rem_1fr] md:pb-0">
      <a href="#content" className="sr-only focus:not-sr-only focus:fixed focus:z-10 focus:bg-card focus:p-3">
        {words.skip}
      </a>
      <header className="col-span-full flex items-center justify-between border-b border-line bg-card px-4">
        <Link to="/" className="flex min-h-14 items-center gap-2 text-lg font-bold">
          <img src={brand().logo} alt="" className="size-8" />
          {brand().name}
        </Link>
        <Bell />
      </header>
      <nav
        aria-label={words.mainMenu}
        className="fixed inset-x-0 bottom-0 z-10 border-t border-line bg-card pb-[env(safe-area-inset-bottom)] md:static md:border-t-0 md:border-e md:p-3"
      >
        <ul className="grid auto-cols-fr grid-flow-col gap-1 md:sticky md:top-3 md:grid-flow-row">
          {menu.map(({ link, label, icon }) => (
            <li key={link.to}>
              <Link {...link} activeOptions={{ exact: link.to === "/", includeSearch: false }} className={ITEM}>
                <Icon name={icon} />
                <span>{words[label]}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main id="content" className="min-w-0">
        <Offline />
        <Outlet />
      </main>
    </div>
  );
}

/** A log-out in another tab, a ban, an ended device: the guards are asked again, and lead to the log-in. */
function useLeaving() {
  const router = useRouter();
  useEffect(() => onSession((state) => state.status === "out" && void router.invalidate()), [router]);
}

let begun = false;

/** Once, however often somebody logs in. Without its file the app works, and is told of less. */
function useLater() {
  useEffect(() => {
    if (begun) return;
    begun = true;
    void import("./later").then(({ begin }) => begin()).catch(() => undefined);
  }, []);
}

function Offline() {
  const words = useWords(appWords);
  const queries = useQueryClient();
  const online = useOnline();
  const loadedAt = useSyncExternalStore(
    (changed) => queries.getQueryCache().subscribe(changed),
    () => (online ? 0 : shownSince(queries)),
  );
  return (
    <div role="status">
      {!online && (
        <p className="bg-wait-tint px-4 py-2 text-center font-medium text-wait">
          {words.offline(loadedAt ? ago(new Date(loadedAt).toISOString()) : "")}
        </p>
      )}
    </div>
  );
}

/** What is shown on every screen or hardly ever changes: its age says nothing of what somebody reads. */
const BESIDE: readonly unknown[] = ["me", "config", "industries"];

/** When the oldest answer was loaded of those that this screen shows and the device keeps; 0 when it shows none. */
function shownSince(queries: QueryClient): number {
  const shown = queries.getQueryCache().findAll({ type: "active", predicate: ({ meta }) => Boolean(meta?.keep) });
  const times = shown.filter(({ queryKey: [of] }) => !BESIDE.includes(of)).map(({ state }) => state.dataUpdatedAt);
  return times.sort((one, other) => one - other)[0] ?? 0;
}
