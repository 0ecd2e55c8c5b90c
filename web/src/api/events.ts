/** What changed on the other side, told at once: hints of `GET /api/events`, heard by one tab for all of a browser.

    A hint says that something about a thing changed, and the screen reads it again. Without one nothing is lost: what a
    person is told of is a notice too, the number of unread ones is asked for every minute, and more of them make the app
    read everything again. So does coming back to it. */

import { hashKey } from "@tanstack/react-query";
import { meQuery } from "./queries/me";
import { notificationKeys, unreadQuery } from "./queries/notifications";
import { type Hint, isShownBy } from "./queries/shown";
import { queries } from "./query-client";
import { accessToken, onSession, sessionState } from "./session";
import { hear, tell } from "./tabs";

const LOCK = "payshift-events";
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 600_000;
/** The server says that it lives every twenty seconds. */
const SILENCE_MS = 70_000;
/** Many may act at once: the screen reads again once for all of them. */
const GATHER_MS = 300;

let listening: AbortController | undefined;
let gathered: Hint[] | undefined;
let toldSinceCounted = false;

/** Begin to listen, whenever somebody is logged in and looks. Called once. */
export function listenForHints(): void {
  watchTheNumber();
  // Without locks each tab would hold a stream of its own.
  if (!globalThis.navigator?.locks) return;
  hear((word) => {
    if (word.kind === "hint") readAgain(word.hint);
  });
  document.addEventListener("visibilitychange", turn);
  onSession(turn);
  turn();
}

/** More unread notices than a moment ago, and no hint of them: it was lost, or there is no stream. */
export function watchTheNumber(): void {
  const number = hashKey(notificationKeys.unread());
  let counted = queries.getQueryData<number>(notificationKeys.unread());
  queries.getQueryCache().subscribe((event) => {
    if (event.query.queryHash !== number) return;
    // Of somebody else, after a log-out.
    if (event.type === "removed") counted = undefined;
    if (event.type !== "updated" || event.action.type !== "success") return;
    const count = event.query.state.data as number;
    const missed = counted !== undefined && count > counted && !toldSinceCounted;
    counted = count;
    toldSinceCounted = false;
    if (missed) readAgain({ about: "everything", id: null });
  });
}

/** A screen that nobody looks at holds no stream: whoever comes back to it reads anew anyway. */
function turn(): void {
  const wanted = document.visibilityState === "visible" && sessionState().status === "in";
  if (wanted && !listening) {
    listening = new AbortController();
    const { signal } = listening;
    // Whoever waits for the lock and is hidden meanwhile gives up with an error: that is no failure.
    void navigator.locks.request(LOCK, { signal }, () => listen(signal)).catch(() => undefined);
  } else if (!wanted) {
    listening?.abort();
    listening = undefined;
  }
}

async function listen(signal: AbortSignal): Promise<void> {
  // The server's process of hints knows a token once something was read with it.
  await queries.fetchQuery(meQuery()).catch(() => undefined);
  let wait = FIRST_WAIT_MS;
  for (let tries = 0; !signal.aborted; tries += 1) {
    const opened = await readStream(signal, tries > 0).catch(() => false);
    wait = opened ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
    // Not all at the same moment, when a server comes back.
    if (!signal.aborted) await pause(wait * (0.5 + Math.random()), signal);
  }
}

/** Read one stream to its end; whether there was one. `missed`: there was a time without. */
async function readStream(signal: AbortSignal, missed: boolean): Promise<boolean> {
  const token = accessToken();
  if (!token) return false;
  const silent = new AbortController();
  const response = await fetch(address(), {
    headers: { Authorization: `Bearer ${token}`, Accept: "text/event-stream" },
    cache: "no-store",
    signal: AbortSignal.any([signal, silent.signal]),
  });
  if (response.status === 401) {
    // It ended, or the server has not met it: a read renews it, or makes it known.
    await queries.fetchQuery({ ...unreadQuery(), staleTime: 0 }).catch(() => undefined);
    return false;
  }
  if (!response.ok || !response.body) return false;
  if (missed) pass({ about: "everything", id: null });
  const parts = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const watch = setTimeout(() => silent.abort(), SILENCE_MS);
    const { done, value } = await parts.read().finally(() => clearTimeout(watch));
    if (done) return true;
    const [hints, rest] = hintsIn(text + value);
    text = rest;
    for (const hint of hints) pass(hint);
  }
}

/** The whole hints of a text, and what is left of it. */
export function hintsIn(text: string): [Hint[], string] {
  const events = text.split("\n\n");
  const rest = events.pop() ?? "";
  const told = events.filter((event) => event.startsWith("data: "));
  return [told.map((event) => JSON.parse(event.slice("data: ".length)) as Hint), rest];
}

function pass(hint: Hint): void {
  readAgain(hint);
  tell({ kind: "hint", hint });
}

/** What is on the screen is read soon, an answer that did not change being a 304; all else when it is shown. */
export function readAgain(hint: Hint): void {
  toldSinceCounted ||= hint.about === "notifications" || hint.about === "everything";
  if (!gathered) {
    gathered = [];
    setTimeout(() => {
      const hints = gathered ?? [];
      gathered = undefined;
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => hints.some((one) => isShownBy(one, queryKey)),
        refetchType: document.visibilityState === "visible" ? "active" : "none",
      });
    }, GATHER_MS);
  }
  gathered.push(hint);
}

function address(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="events"]')?.content ?? "/api/events";
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
