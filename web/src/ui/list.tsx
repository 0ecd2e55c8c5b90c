import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "./button";
import { Skeleton } from "./skeleton";
import { uiWords } from "./ui-words";
import { useWords } from "./words";

type Pages<T> = {
  data: { pages: { items: T[] }[] } | undefined;
  isPending: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
};

/** So much comes by scrolling. Further on somebody asks for it: a phone neither draws nor reads again a thousand rows. */
const PAGES_BY_SCROLLING = 5;

/** A list of one query: its skeleton, its rows, what it says when it is empty, and more of it at its end. */
export function List<T extends object>({
  query,
  empty,
  row,
  keyOf,
  rowHeight = "h-24",
  label,
}: {
  query: Pages<T>;
  empty: ReactNode;
  row: (item: T) => ReactNode;
  keyOf: (item: T) => string | number;
  rowHeight?: string;
  label: string;
}) {
  const words = useWords(uiWords);
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const pages = query.data?.pages.length ?? 0;
  useEffect(() => {
    const target = end.current;
    if (!target || !hasNextPage || pages >= PAGES_BY_SCROLLING) return;
    const watch = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting && !isFetchingNextPage) fetchNextPage();
    });
    watch.observe(target);
    return () => watch.disconnect();
  }, [pages, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (query.isPending) return <Skeleton height={rowHeight} />;
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (items.length === 0) return empty;
  return (
    <>
      <ul aria-label={label} className="grid gap-3">
        {items.map((item) => (
          <li key={keyOf(item)}>{row(item)}</li>
        ))}
      </ul>
      {hasNextPage && (
        <div ref={end} className="grid justify-items-center">
          <Button busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </>
  );
}
