import { useSyncExternalStore } from "react";
import type { Tone } from "./tag";

type Said = { id: number; text: string; tone: Tone };

const SHOWN_MS = 6000;
let said: readonly Said[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Said[]): void {
  said = next;
  for (const listener of listeners) listener();
}

/** Say something once, at the edge of the screen. The same text while it still stands is not said twice. */
export function toast(text: string, tone: Tone = "plain"): void {
  if (said.some((item) => item.text === text)) return;
  lastId += 1;
  const id = lastId;
  change([...said, { id, text, tone }]);
  setTimeout(() => change(said.filter((item) => item.id !== id)), SHOWN_MS);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const EDGES: Record<Tone, string> = {
  plain: "border-edge",
  action: "border-action",
  gain: "border-gain",
  wait: "border-wait",
  harm: "border-harm",
};

/** A live region that is always there: one that appears together with its text is not read out everywhere. */
export function Toasts() {
  const items = useSyncExternalStore(subscribe, () => said);
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-10 grid justify-items-center gap-2 px-4 md:bottom-6"
    >
      {items.map((item) => (
        <p key={item.id} className={`rounded-md border-2 bg-card px-4 py-3 font-medium text-ink ${EDGES[item.tone]}`}>
          {item.text}
        </p>
      ))}
    </div>
  );
}
