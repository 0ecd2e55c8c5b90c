import { catalogue } from "./language";

export const uiWords = catalogue({
  en: {
    close: "Close",
    more: "Show more",
    loading: "Loading",
    show: "Show",
    hide: "Hide",
    rating: (rating: string, count: number) => `${rating} out of 5 (${count})`,
    noRating: "No reviews yet",
    optional: "optional",
    yourTime: (time: string) => `${time} your time`,
    minutes: (hours: number, minutes: number) =>
      [hours ? `${hours} h` : "", minutes || !hours ? `${minutes} min` : ""].filter(Boolean).join(" "),
    atMost: (minutes: number, hours: string) => `At most ${minutes} minutes (${hours}).`,
    back: "Back",
    copied: "Copied",
    copy: "Copy",
    working: "One moment",
    noAnswer: "No connection. Check your network and try again.",
    failedInApp: "Something went wrong in the app.",
    quote: (number: string) => `If you write to us, quote ${number}`,
  },
});
