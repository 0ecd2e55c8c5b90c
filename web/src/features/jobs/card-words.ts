import { catalogue } from "@/ui/language";

/** Apart from the others of jobs: cards stand on the first screen as well. */
export const cardWords = catalogue({
  en: {
    perHour: "per hour",
    places: (left: number, all: number) => (left === 1 ? `1 place left of ${all}` : `${left} places left of ${all}`),
    full: "All places are taken",
    appliedMark: "You applied",
    daysLeft: (left: number, all: number | undefined, days: string, pay: string) =>
      `${left}${all === undefined ? "" : ` of ${all}`} ${(all ?? left) === 1 ? "day" : "days"} left: ${days}; you earn ${pay}`,
    moreDays: (count: number) => ` and ${count} more`,
    unpaidBreak: (minutes: number) => `${minutes} min break, not paid`,
  },
});
