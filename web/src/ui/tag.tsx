import type { ReactNode } from "react";

export type Tone = "plain" | "gain" | "wait" | "harm" | "action";

const TONES: Record<Tone, string> = {
  plain: "bg-paper text-soft border-line",
  gain: "bg-gain-tint text-gain border-transparent",
  wait: "bg-wait-tint text-wait border-transparent",
  harm: "bg-harm-tint text-harm border-transparent",
  action: "bg-action-tint text-action border-transparent",
};

/** A state in a word. The word says it; the colour only repeats it. */
export function Tag({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex shrink-0 items-center whitespace-nowrap rounded-sm border px-2 py-0.5 text-sm font-medium ${TONES[tone]}`}
    >
      {children}
    </span>
  );
}

/** A notice that stands in the page: what waits, what failed, what is worth knowing. */
export function Notice({ tone = "plain", title, children }: { tone?: Tone; title?: ReactNode; children?: ReactNode }) {
  return (
    <div className={`grid gap-1 rounded-md border p-4 ${TONES[tone]}`}>
      {title && <p className="font-medium">{title}</p>}
      {children && <div className="text-ink">{children}</div>}
    </div>
  );
}
