import { money, plainDay } from "@/ui/format";
import { useWords } from "@/ui/words";
import { cardWords } from "./card-words";

/** Null: all the days of the job. */
export interface DaysOnOffer {
  days_left?: string[] | null;
  pay_for_days_left_kobo?: number | null;
}

const SHOWN = 5;

/** Which days of a job are left, and what they pay; nothing where all of it is on offer. */
export function DaysLeft({ offer, of }: { offer: DaysOnOffer; of?: number }) {
  const words = useWords(cardWords);
  const days = offer.days_left;
  if (!days?.length || typeof offer.pay_for_days_left_kobo !== "number") return null;
  return <>{words.daysLeft(days.length, of, namedDays(days, words), money(offer.pay_for_days_left_kobo))}</>;
}

/** The first few, and how many more there are. */
export function namedDays(days: string[], words: { moreDays: (count: number) => string }): string {
  const more = days.length - SHOWN;
  return days.slice(0, SHOWN).map(plainDay).join(", ") + (more > 0 ? words.moreDays(more) : "");
}
