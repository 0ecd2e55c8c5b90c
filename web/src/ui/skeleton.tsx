import { uiWords } from "./ui-words";
import { useWords } from "./words";

export function Bone({ className = "" }: { className?: string }) {
  return <div className={`animate-pulse rounded-md bg-line ${className}`} />;
}

/** The shape of what comes, so that nothing jumps when it is there. */
export function Skeleton({ rows = 4, height = "h-24" }: { rows?: number; height?: string }) {
  const words = useWords(uiWords);
  return (
    <div role="status" className="grid gap-3">
      <span className="sr-only">{words.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <Bone key={row} className={height} />
      ))}
    </div>
  );
}
