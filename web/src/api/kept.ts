/** Answers that stay readable without a network for a day: the next shifts, their jobs, the wallet.

    A query whose `meta` says `keep` is written here with the person whose it is; log-out wipes it all. */

import { hashKey, type Query, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { readAll, remove, wipe, write } from "./store";

type Kept = { key: QueryKey; data: unknown; at: number; userId: number; release: string };

const KEPT_MS = 24 * 3600 * 1000;

export function keepAnswers(queries: QueryClient, user: () => number | null): void {
  queries.getQueryCache().subscribe((event) => {
    const userId = user();
    if (event.type !== "updated" || event.action.type !== "success" || event.action.manual) return;
    if (userId !== null && event.query.meta?.keep) void write("kept", event.query.queryHash, kept(event.query, userId));
  });
}

function kept(query: Query, userId: number): Kept {
  const { data, dataUpdatedAt: at } = query.state;
  return { key: query.queryKey, data, at, userId, release: release() };
}

/** The name of the entry file holds a hash of all that it leads to. The screens of one release read no answer that
    was kept by another: a field that they show may be missing there. */
function release(): string {
  return globalThis.document?.querySelector<HTMLScriptElement>("script[type=module]:not([async])")?.src ?? "";
}

/** Put back what is kept of this person, and forget what is past its day. However young, it counts as old: a shift may
    have been paid since, so the screen that shows it asks again. */
export async function restoreAnswers(queries: QueryClient, userId: number): Promise<void> {
  for (const { key, data, at, userId: whose, release: from } of await readAll<Kept>("kept")) {
    const usable = whose === userId && from === release() && Date.now() - at <= KEPT_MS;
    if (!usable) void remove("kept", hashKey(key));
    if (!usable || queries.getQueryData(key) !== undefined) continue;
    queries.setQueryData(key, data, { updatedAt: at });
    queries.getQueryCache().find({ queryKey: key })?.invalidate();
  }
}

export function forgetAnswers(queries: QueryClient): Promise<void> {
  queries.clear();
  return wipe("kept");
}
