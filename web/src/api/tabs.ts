/** What the tabs of one browser tell each other. Without BroadcastChannel each tab lives for itself. */

export type Word =
  | { kind: "tokens"; tokens: SharedTokens }
  | { kind: "asks" }
  | { kind: "out" }
  | { kind: "hint"; hint: { about: string; id: number | null } };

export type SharedTokens = { access: string; expiresAt: number; userId: number };

const CHANNEL = "payshift";
const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(CHANNEL);

export function tell(word: Word): void {
  channel?.postMessage(word);
}

export function hear(listener: (word: Word) => void): void {
  channel?.addEventListener("message", (event: MessageEvent<Word>) => listener(event.data));
}

const TAB_LOCK = "payshift-tab";

/** Hold a shared lock for as long as this tab lives, so that others know that there is somebody to ask. */
export function announceTab(): void {
  void globalThis.navigator?.locks?.request(TAB_LOCK, { mode: "shared" }, () => new Promise(() => {}));
}

export async function otherTabs(): Promise<boolean> {
  const locks = globalThis.navigator?.locks;
  if (!locks || !channel) return false;
  const { held = [] } = await locks.query();
  return held.filter((lock) => lock.name === TAB_LOCK).length > 1;
}

/** One at a time in all tabs; where there are no locks, one at a time in this one. */
export function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  if (locks) return locks.request(name, work) as Promise<T>;
  const turn = (turns.get(name) ?? Promise.resolve()).then(work, work);
  turns.set(name, turn);
  return turn;
}

const turns = new Map<string, Promise<unknown>>();
