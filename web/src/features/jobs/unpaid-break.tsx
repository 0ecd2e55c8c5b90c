import { useWords } from "@/ui/words";
import { cardWords } from "./card-words";

/** Beside the hours; nothing where the whole shift is paid. */
export function UnpaidBreak({ minutes }: { minutes: number }) {
  const words = useWords(cardWords);
  return minutes > 0 && <span className="text-soft"> · {words.unpaidBreak(minutes)}</span>;
}
