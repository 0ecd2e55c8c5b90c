import { translate } from "./language";
import { uiWords } from "./ui-words";

translate(uiWords, "pcm", {
  close: "Close am",
  more: "Show more",
  loading: "E dey load",
  show: "Show am",
  hide: "Hide am",
  rating: (rating, count) => `${rating} out of 5 (${count})`,
  noRating: "Nobody don talk yet",
  optional: "you fit leave am",
  yourTime: (time) => `${time} for your side`,
  minutes: (hours, minutes) =>
    [hours ? `${hours} h` : "", minutes || !hours ? `${minutes} min` : ""].filter(Boolean).join(" "),
  atMost: (minutes, hours) => `E no fit pass ${minutes} minutes (${hours}).`,
  copied: "We don copy am",
  copy: "Copy am",
  back: "Go back",
  working: "Small time",
  noAnswer: "Network no dey. Check am, then try again.",
  failedInApp: "Something spoil inside the app.",
  quote: (number: string) => `If you wan write us, put ${number}`,
});
