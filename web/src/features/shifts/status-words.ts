import { catalogue } from "@/ui/words";

/** Apart from the others of shifts: the first screen shows a status and nothing else of them. */
export const statusWords = catalogue({
  en: {
    scheduled: "Planned",
    checked_in: "At work",
    checked_out: "Waits for approval",
    approved: "Approved",
    no_show: "Missed",
    canceled: "Cancelled",
  },
  pcm: {
    scheduled: "Planned",
    checked_in: "Dey work",
    checked_out: "Dey wait make dem approve",
    approved: "Dem don approve",
    no_show: "You no show",
    canceled: "Dem cancel am",
  },
});
