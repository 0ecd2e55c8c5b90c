import { catalogue } from "@/ui/language";

export const limitsWords = catalogue({
  en: {
    title: "How much you can withdraw",
    atOnce: "At once",
    inADay: "In 24 hours",
    confirmed: "Confirmed",
    raise: "Withdraw more",
    offer: (atOnce: string, inADay: string) =>
      `Confirm a number of yours, and you can withdraw up to ${atOnce} at once and ${inADay} in 24 hours.`,
    which: "Which number?",
    kind: { bvn: "BVN", nin: "NIN" },
    number: { bvn: "Your BVN", nin: "Your NIN" },
    hint: {
      bvn: "11 digits. Dial *565*0# to see it, for a small charge.",
      nin: "11 digits. Dial *346# to see it, for a small charge.",
    },
    digits: { bvn: "A BVN has 11 digits.", nin: "A NIN has 11 digits." },
    notKept: "Checked, not kept",
    notKeptText:
      "We ask a licensed company whose number it is, and compare that name with yours. We keep that it was confirmed, and never the number itself.",
    check: "Check my number",
    done: (kind: string) => `Your ${kind} is confirmed.`,
    highest: "These are the highest limits for now.",
    nameMissing: "The name is compared: it needs your first name and your last name.",
    toProfile: "Add them to your profile",
    more: (most: string) => `${most} at once is your limit for now.`,
    toLimits: "See how to withdraw more",
  },
  pcm: {
    title: "How much you fit withdraw",
    atOnce: "One time",
    inADay: "Inside 24 hours",
    confirmed: "We don confirm",
    raise: "Withdraw more",
    offer: (atOnce, inADay) =>
      `Confirm your number, then you fit withdraw reach ${atOnce} one time and ${inADay} inside 24 hours.`,
    which: "Which number?",
    kind: { bvn: "BVN", nin: "NIN" },
    number: { bvn: "Your BVN", nin: "Your NIN" },
    hint: {
      bvn: "11 numbers. Dial *565*0# to see am; e go cost you small.",
      nin: "11 numbers. Dial *346# to see am; e go cost you small.",
    },
    digits: { bvn: "BVN get 11 numbers.", nin: "NIN get 11 numbers." },
    notKept: "We check am, we no keep am",
    notKeptText:
      "We go ask one licensed company who get the number, and compare the name with your own. We go keep say we confirm am, we no go ever keep the number.",
    check: "Check my number",
    done: (kind) => `We don confirm your ${kind}.`,
    highest: "Na the highest limits be this for now.",
    nameMissing: "We dey compare the name: e need your first name and your last name.",
    toProfile: "Put dem for your profile",
    more: (most) => `${most} one time na your limit for now.`,
    toLimits: "See how you fit withdraw more",
  },
});
