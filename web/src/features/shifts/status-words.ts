import { catalogue } from "@/ui/language";

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
});
