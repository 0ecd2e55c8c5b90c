import { translate } from "@/ui/language";
import { homeWords } from "./words";

translate(homeWords, "pcm", {
  hello: (name) => `How far, ${name}`,
  now: "You dey work now",
  next: "Your next shift",
  stayLonger: "Dem ask you to stay longer:",
  noShift: "No shift dey",
  noShiftText: "Find the one wey fit you: most people dey answer before one day.",
  find: "Find work",
  toDo: "Wetin you go do",
  toAccept: (count) => `Dem approve small for ${count} shift`,
  invited: (count) => `${count} invitation`,
  toReview: (count) => `${count} person to talk about`,
  waiting: (count) => `${count} application dey wait for answer`,
  balance: "Inside your wallet",
  owes: "You dey owe",
  withdraw: "Withdraw",
  toWallet: "Wallet",
  matches: "For you",
  all: "All the work",
  why: {
    distance: "e near you",
    skills: "na your work",
    experience: "you don do am before",
    rating: "people talk well of am",
    reliability: "e dey keep word",
    availability: "you dey free",
  },
  noMatches: "Nothing match now. Put for your profile wetin you sabi do and where you dey stay.",
  profile: "Go your profile",
});
