import { catalogue } from "@/ui/words";

/** Apart from the others of jobs: cards stand on the first screen as well. */
export const cardWords = catalogue({
  en: {
    perHour: "per hour",
    places: (left: number, all: number) => (left === 1 ? `1 place left of ${all}` : `${left} places left of ${all}`),
    full: "All places are taken",
    appliedMark: "You applied",
    unpaidBreak: (minutes: number) => `${minutes} min break, not paid`,
  },
  pcm: {
    perHour: "for one hour",
    places: (left, all) => `${left} space remain out of ${all}`,
    full: "Space don full",
    appliedMark: "You don apply",
    unpaidBreak: (minutes) => `${minutes} min break, dem no dey pay am`,
  },
});
