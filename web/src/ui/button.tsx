import type { ComponentProps, ReactNode } from "react";

export type Look = "main" | "plain" | "quiet" | "harm";

const LOOKS: Record<Look, string> = {
  main: "bg-action text-on-action hover:bg-action-strong",
  plain: "border border-edge bg-card text-ink hover:bg-action-tint",
  quiet: "text-action hover:bg-action-tint",
  harm: "border border-harm bg-card text-harm hover:bg-harm-tint",
};

/** The classes of a button, for links that look like one. */
export function buttonLook(look: Look = "plain", extra = ""): string {
  return `inline-flex min-h-12 items-center justify-center gap-2 rounded-md px-4 py-2 text-center font-medium disabled:opacity-60 ${LOOKS[look]} ${extra}`;
}

type Props = ComponentProps<"button"> & { look?: Look; busy?: boolean; children: ReactNode };

/** A button that keeps its size while it works. It stays focusable then, so that the keyboard does not lose its place. */
export function Button({ look = "plain", busy = false, type = "button", className = "", onClick, ...rest }: Props) {
  return (
    <button
      {...rest}
      type={busy ? "button" : type}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : onClick}
      className={buttonLook(look, `${busy ? "animate-pulse cursor-progress " : ""}${className}`)}
    />
  );
}
