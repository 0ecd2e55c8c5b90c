/** Who is logged in, in all tabs of this browser.

    The access token is in memory only; the refresh token is an HttpOnly cookie that no script sees. A refresh ends the
    token before it, so the tabs share one: under a lock, a tab first looks at what the others have. */

import { NoAnswerError, problemOf } from "./refusals";
import type { components } from "./schema";
import { alone, announceTab, hear, otherTabs, type SharedTokens, tell } from "./tabs";

type TokensOut = components["schemas"]["TokensOut"];
export type Role = "applicant" | "client" | "admin";
export type SessionState = { status: "in"; userId: number } | { status: "out"; reason?: "ended" | "banned" };

const REFRESH_LOCK = "payshift-refresh";
const HINT = "payshift.signed-in";
const ASK_TABS_MS = 150;
/** An answer to a refresh may be lost while its cookie arrives: the next try then has the new one. */
const ROTATED_WAIT_MS = 400;

let tokens: SharedTokens | null = null;
let state: SessionState = { status: "out" };
let starting: Promise<void> | undefined;
const listeners = new Set<(state: SessionState) => void>();

export function sessionState(): SessionState {
  return state;
}

export function onSession(listener: (state: SessionState) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function become(next: SessionState): void {
  const changed = JSON.stringify(state) !== JSON.stringify(next);
  state = next;
  if (changed) for (const listener of listeners) listener(state);
}

function take(next: SharedTokens): void {
  tokens = next;
  remember(next.userId);
  become({ status: "in", userId: next.userId });
}

/** Only whether it is worth asking: a stranger's visit makes no refresh. It opens nothing. */
function remember(userId: number | null): void {
  try {
    if (userId === null) localStorage.removeItem(HINT);
    else localStorage.setItem(HINT, String(userId));
  } catch {
    // Without storage the visit begins with the log-in screen.
  }
}

export function rememberedUser(): number | null {
  try {
    return Number(localStorage.getItem(HINT)) || null;
  } catch {
    return null;
  }
}

hear((word) => {
  if (word.kind === "asks" && tokens) tell({ kind: "tokens", tokens });
  if (word.kind === "tokens") take(word.tokens);
  if (word.kind === "out") drop({ status: "out" });
});

/** Who is logged in, found out once per page: by what another tab has, else by one refresh.

    Without a network, whoever was logged in here before: what is kept on the device may be read then. */
export async function startSession(): Promise<SessionState> {
  starting ??= found().catch((error: unknown) => {
    starting = undefined; // whoever tries again asks again
    throw error;
  });
  await starting;
  return state;
}

async function found(): Promise<void> {
  announceTab();
  const userId = rememberedUser();
  if (userId === null) return;
  try {
    await renewed(null);
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    become({ status: "in", userId });
  }
}

export function accessToken(): string | null {
  return tokens?.access ?? null;
}

/** A token other than the refused one; null when this browser is logged out. Throws NoAnswerError without a network. */
export function renewed(refused: string | null): Promise<string | null> {
  return alone(REFRESH_LOCK, async () => {
    if (tokens && tokens.access !== refused) return tokens.access;
    if (await otherTabs()) {
      const theirs = await askTabs(refused);
      if (theirs) return theirs;
    }
    return refresh();
  });
}

async function askTabs(refused: string | null): Promise<string | null> {
  tell({ kind: "asks" });
  const until = Date.now() + ASK_TABS_MS;
  while (Date.now() < until) {
    await pause(10);
    if (tokens && tokens.access !== refused) return tokens.access;
  }
  return null;
}

async function refresh(): Promise<string | null> {
  for (let left = 3; ; left -= 1) {
    const response = await fetch("/api/auth/refresh", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
      // The new cookie must arrive although this page may be closed or reloaded meanwhile.
      keepalive: true,
    }).catch((error: unknown) => {
      throw new NoAnswerError(error);
    });
    if (response.ok) {
      signedIn((await response.json()) as TokensOut);
      return accessToken();
    }
    const error = await problemOf(response);
    if (error.code === "token_rotated" && left > 1) await pause(ROTATED_WAIT_MS);
    else if (error.status === 401 || error.status === 403 || error.code === "token_rotated") {
      signedOut(error.code === "banned" ? "banned" : "ended");
      return null;
    } else throw error;
  }
}

export function signedIn(answer: TokensOut): void {
  take({ access: answer.access_token, expiresAt: Date.parse(answer.access_expires_at), userId: answer.user_id });
  if (tokens) tell({ kind: "tokens", tokens });
}

/** Forget the log-in here and in the other tabs. What was cached is wiped by who listens. */
export function signedOut(reason?: "ended" | "banned"): void {
  drop(reason ? { status: "out", reason } : { status: "out" });
  tell({ kind: "out" });
}

function drop(next: SessionState): void {
  tokens = null;
  remember(null);
  become(next);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
