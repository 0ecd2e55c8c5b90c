import { catalogue } from "@/ui/language";

export const homeWords = catalogue({
  en: {
    hello: (name: string) => `Hello, ${name}`,
    now: "You are at work",
    next: "Your next shift",
    stayLonger: "You are asked to stay longer:",
    noShift: "No shift is planned",
    noShiftText: "Find one that suits you: most clients answer within a day.",
    find: "Find work",
    toDo: "To do",
    toAccept: (count: number) =>
      count === 1 ? "1 shift was approved for less" : `${count} shifts were approved for less`,
    invited: (count: number) => (count === 1 ? "1 invitation" : `${count} invitations`),
    toReview: (count: number) => (count === 1 ? "1 review to write" : `${count} reviews to write`),
    waiting: (count: number) =>
      count === 1 ? "1 application waits for an answer" : `${count} applications wait for an answer`,
    balance: "In your wallet",
    owes: "You owe",
    withdraw: "Withdraw",
    toWallet: "Wallet",
    matches: "For you",
    all: "All jobs",
    why: {
      distance: "near you",
      skills: "your trade",
      experience: "you have done this",
      rating: "well reviewed",
      reliability: "keeps its word",
      availability: "you are free",
    },
    noMatches: "No matches at the moment. Say in your profile what you can do and where you live.",
    profile: "To your profile",
  },
});
