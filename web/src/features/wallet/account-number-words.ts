import { catalogue } from "@/ui/language";

export const accountNumberWords = catalogue({
  en: {
    title: "Pay in by transfer",
    offer:
      "Get an account number of your own. Whatever anybody sends to it, from any bank, is in this wallet within minutes, and you can pay jobs with it.",
    namesMissing: "The bank opens it in your name: it needs your first name and your last name.",
    toProfile: "Add them to your profile",
    phone: "Phone number",
    phoneHint: "The bank wants it, with +234 in front.",
    notKept: "Sent to the bank, not kept",
    notKeptText:
      "The bank opens the account with your BVN or NIN, under your name. The number goes to the bank and is kept nowhere here.",
    ask: "Get my account number",
    coming: "Your number is on its way",
    comingText: "The bank opens it. That takes a few minutes; you need not wait here.",
    number: "Account number",
    bank: "Bank",
    name: "Name on it",
    how: {
      send: "Send any sum from your bank's app or branch to this number.",
      thenWait: "It is in the wallet within minutes: it stands below, and we tell you.",
      thenPay: "Then pay a job and choose the wallet.",
    },
  },
  pcm: {
    title: "Put money by transfer",
    offer:
      "Collect your own account number. Anything wey person send there, from any bank, go enter this wallet small time, and you fit use am pay for work.",
    namesMissing: "The bank go open am with your name: e need your first name and your last name.",
    toProfile: "Put dem for your profile",
    phone: "Phone number",
    phoneHint: "The bank need am, with +234 for front.",
    notKept: "E go reach bank, we no keep am",
    notKeptText:
      "Bank dey open the account with your BVN or NIN, for your name. The number go reach the bank, we no go keep am here.",
    ask: "Give me account number",
    coming: "Your number dey come",
    comingText: "The bank dey open am. E go take small time; you no need wait here.",
    number: "Account number",
    bank: "Bank",
    name: "Name wey dey on top",
    how: {
      send: "Send any amount from your bank app or branch to this number.",
      thenWait: "E go enter the wallet small time: you go see am below, and we go tell you.",
      thenPay: "Then pay for work and choose wallet.",
    },
  },
});
