/** What is said once at the edge of the screen: `Toasts` shows it. */

import type { Tone } from "./tag";

export type Said = { id: number; text: string; tone: Tone; number: string; fades?: boolean };

const SHOWN_MS = 6000;
/** It still takes a tap that was meant for it a moment ago. */
const FADES_MS = 350;
let said: readonly Said[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Said[]): void {
  said = next;
  for (const listener of listeners) listener();
}

/** Say something once. The same text while it still stands is not said twice.

    With a `number` to quote it stays until somebody closes it, in place of an earlier one: a server that fails again and
    again does not fill the screen. */
export function toast(text: string, tone: Tone = "plain", number = ""): void {
  if (said.some((item) => item.text === text)) return;
  lastId += 1;
  const id = lastId;
  change([...said.filter((item) => !number || !item.number), { id, text, tone, number }]);
  if (number) return;
  setTimeout(() => change(said.map((item) => (item.id === id ? { ...item, fades: true } : item))), SHOWN_MS);
  setTimeout(() => putAway(id), SHOWN_MS + FADES_MS);
}

export function putAway(id: number): void {
  change(said.filter((item) => item.id !== id));
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function allSaid(): readonly Said[] {
  return said;
}
