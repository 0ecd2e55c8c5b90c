import { useWords } from "@/ui/words";
import { cardWords } from "./card-words";

/** Beside the hours; nothing where the whole shift is paid. */
export function UnpaidBreak({ minutes }: { minutes: number }) {
  const words = useWords(cardWords);
  if (minutes <= 0) return null;
  // The dot ends the line before, and begins none.
  return (
    <span className="text-soft">
      {"\u00a0· "}
      <span className="whitespace-nowrap">{words.unpaidBreak(minutes)}</span>
    </span>
  );
}
