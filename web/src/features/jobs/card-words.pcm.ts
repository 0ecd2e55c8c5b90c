import { translate } from "@/ui/language";
import { cardWords } from "./card-words";

translate(cardWords, "pcm", {
  perHour: "for one hour",
  places: (left, all) => `${left} space remain out of ${all}`,
  full: "Space don full",
  appliedMark: "You don apply",
  daysLeft: (left, all, days, pay) =>
    `${left} day remain${all === undefined ? "" : ` out of ${all}`}: ${days}; dem go pay you ${pay}`,
  moreDays: (count) => ` and ${count} more`,
  unpaidBreak: (minutes) => `${minutes} min break, dem no dey pay am`,
});
