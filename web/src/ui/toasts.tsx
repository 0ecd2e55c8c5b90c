import { useSyncExternalStore } from "react";
import { Button } from "./button";
import { CopyButton } from "./copyable";
import type { Tone } from "./tag";
import { allSaid, putAway, type Said, subscribe } from "./toast";
import { uiWords } from "./ui-words";
import { useWords } from "./words";

const EDGES: Record<Tone, string> = {
  plain: "border-edge",
  action: "border-action",
  gain: "border-gain",
  wait: "border-wait",
  harm: "border-harm",
};

/** A live region that is always there: one that appears together with its text is not read out everywhere. */
export function Toasts() {
  const items = useSyncExternalStore(subscribe, allSaid);
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-10 grid justify-items-center gap-2 px-4 md:bottom-6"
    >
      {items.map((item) => (item.number ? <Kept key={item.id} item={item} /> : <Passing key={item.id} item={item} />))}
    </div>
  );
}

function look(tone: Tone): string {
  return `pointer-events-auto rounded-md border-2 bg-card px-4 py-3 font-medium text-ink ${EDGES[tone]}`;
}

function Passing({ item }: { item: Said }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: it goes by itself. Whoever taps on it means nothing beneath it.
    <p
      onClick={() => putAway(item.id)}
      className={`${look(item.tone)} cursor-pointer transition-opacity ${item.fades ? "opacity-0" : ""}`}
    >
      {item.text}
    </p>
  );
}

function Kept({ item }: { item: Said }) {
  const words = useWords(uiWords);
  return (
    <div className={`${look(item.tone)} grid max-w-md gap-2`}>
      <p className="[overflow-wrap:anywhere]">{item.text}</p>
      <div className="flex flex-wrap gap-3">
        <CopyButton text={item.number} />
        <Button look="quiet" onClick={() => putAway(item.id)}>
          {words.close}
        </Button>
      </div>
    </div>
  );
}
