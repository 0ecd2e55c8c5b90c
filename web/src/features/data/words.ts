import { catalogue } from "@/ui/language";

export const dataWords = catalogue({
  en: {
    title: "Your data",
    export: "A copy of everything",
    exportText: "All that is kept about you, as a file that programs can read.",
    download: "Download",
    remove: "Delete the account",
    removeText:
      "Your name, e-mail, phone, picture and bank account are erased. What others need for their books stays, without your name. This cannot be undone.",
    password: "Your password",
    removeNow: "Delete my account",
    open: "This has to be finished first:",
    obligations: {
      shifts_ahead: "You have shifts to come: give them back.",
      live_shifts: "You have shifts that are not settled yet.",
      live_jobs: "You have jobs that are not finished.",
      wallet_balance: "There is money in your wallet: withdraw it.",
      withdrawal_in_flight: "A withdrawal is on its way.",
      refund_in_flight: "A refund is on its way.",
      payment_in_flight: "A payment is on its way.",
      chargebacks: "Your bank takes a payment back.",
      open_disputes: "A dispute is open.",
    },
  },
  pcm: {
    title: "Your data",
    export: "Copy of everything",
    exportText: "Everything wey we keep about you, as file wey computer fit read.",
    download: "Download am",
    remove: "Delete the account",
    removeText:
      "Your name, e-mail, phone, picture and bank account go clear. Wetin other people need for their book go remain, without your name. You no fit bring am back.",
    password: "Your password",
    removeNow: "Delete my account",
    open: "Finish this one first:",
    obligations: {
      shifts_ahead: "You get shift wey dey come: give am back.",
      live_shifts: "You get shift wey never settle.",
      live_jobs: "You get work wey never finish.",
      wallet_balance: "Money dey your wallet: withdraw am.",
      withdrawal_in_flight: "One withdrawal dey go.",
      refund_in_flight: "One refund dey go.",
      payment_in_flight: "One payment dey go.",
      chargebacks: "Your bank dey take one payment back.",
      open_disputes: "One case dey open.",
    },
  },
});
