import { uiWords } from "./ui-words";
import { useWords } from "./words";

export function Stars({ rating, count }: { rating: number | null | undefined; count: number }) {
  const words = useWords(uiWords);
  if (rating === null || rating === undefined) return <span className="text-sm text-soft">{words.noRating}</span>;
  return (
    <span className="whitespace-nowrap text-sm">
      <span aria-hidden="true">
        ★ {rating.toFixed(1)} ({count})
      </span>
      <span className="sr-only">{words.rating(rating.toFixed(1), count)}</span>
    </span>
  );
}
