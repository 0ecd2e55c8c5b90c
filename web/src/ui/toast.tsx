import { useSyncExternalStore } from "react";
import type { Tone } from "./tag";

type Said = { id: number; text: string; tone: Tone; fades?: boolean };

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

/** Say something once, at the edge of the screen. The same text while it still stands is not said twice. */
export function toast(text: string, tone: Tone = "plain"): void {
  if (said.some((item) => item.text === text)) return;
  lastId += 1;
  const id = lastId;
  change([...said, { id, text, tone }]);
  setTimeout(() => change(said.map((item) => (item.id === id ? { ...item, fades: true } : item))), SHOWN_MS);
  setTimeout(() => putAway(id), SHOWN_MS + FADES_MS);
}

function putAway(id: number): void {
  change(said.filter((item) => item.id !== id));
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
        // biome-ignore lint/a11y/useKeyWithClickEvents: it goes by itself. Whoever taps on it means nothing beneath it.
        <p
          key={item.id}
          onClick={() => putAway(item.id)}
          className={`pointer-events-auto cursor-pointer rounded-md border-2 bg-card px-4 py-3 font-medium text-ink transition-opacity ${item.fades ? "opacity-0" : ""} ${EDGES[item.tone]}`}
        >
          {item.text}
        </p>
      ))}
    </div>
  );
}
