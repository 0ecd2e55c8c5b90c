import { type ReactNode, useEffect, useRef } from "react";
import { brand } from "./brand";

/** A screen: its title in the tab and as the heading, which takes the focus when the screen opens. */
export function Page({
  title,
  aside,
  wide = false,
  children,
}: {
  title: string;
  aside?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${brand().name}`;
  }, [title]);
  useEffect(() => {
    // Not on the first page of a visit: there the browser reads from the top by itself.
    if (document.body.dataset.moved) heading.current?.focus({ preventScroll: true });
    document.body.dataset.moved = "yes";
  }, []);
  return (
    <div className={`mx-auto grid w-full gap-6 px-4 py-6 ${wide ? "max-w-xl" : "max-w-lg"}`}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 ref={heading} tabIndex={-1} className="text-2xl">
          {title}
        </h1>
        {aside}
      </div>
      {children}
    </div>
  );
}

export function Section({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="grid gap-3">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="text-lg">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** `main`: what this screen is for, framed in the colour of what can be pressed. */
export function Card({
  children,
  className = "",
  main = false,
}: {
  children: ReactNode;
  className?: string;
  main?: boolean;
}) {
  const frame = main ? "border-2 border-action" : "border border-line";
  return <div className={`rounded-lg bg-card p-4 ${frame} ${className}`}>{children}</div>;
}

/** Ways on, one under the other in one frame: each is as high as a thumb. */
export const ROWS = "grid overflow-hidden rounded-lg border border-line bg-card";
export const ROW_OF_LIST =
  "flex min-h-12 items-center gap-3 border-t border-line px-4 py-2 font-medium first:border-t-0 hover:bg-action-tint focus-visible:-outline-offset-2";

/** Names and values, one under the other on a phone and side by side where there is room. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid gap-x-6 md:grid-cols-[max-content_1fr] md:gap-y-2">{children}</dl>;
}

export function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt className="text-soft max-md:text-sm">{name}</dt>
      <dd className="max-md:mb-3 max-md:last:mb-0">{children}</dd>
    </>
  );
}
