import { type ReactNode, useEffect, useRef } from "react";

/** Tabs that are links are a list of links; the chosen one says so. The caller brings the links, for their types. */
export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  const bar = useRef<HTMLElement>(null);
  // On a phone the chosen one may stand outside of the screen: whoever follows a link to it must see where they are.
  useEffect(() => {
    bar.current?.querySelector("[aria-current=page]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, []);
  return (
    <nav ref={bar} aria-label={label} className="-mx-4 overflow-x-auto px-4">
      <ul className="flex gap-1 border-b border-line md:flex-wrap">{children}</ul>
    </nav>
  );
}

/** A tab is chosen by its whole address: the first one's, which has no search, is a part of all the others'. */
export const tabMatch = { exact: true } as const;

export const tabLook =
  "inline-flex min-h-12 items-center gap-2 whitespace-nowrap border-b-4 border-transparent px-3 font-medium text-soft aria-[current=page]:border-action aria-[current=page]:text-ink";
