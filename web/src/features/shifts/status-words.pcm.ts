import { translate } from "@/ui/language";
import { statusWords } from "./status-words";

translate(statusWords, "pcm", {
  scheduled: "Planned",
  checked_in: "Dey work",
  checked_out: "Dey wait make dem approve",
  approved: "Dem don approve",
  no_show: "You no show",
  canceled: "Dem cancel am",
});
