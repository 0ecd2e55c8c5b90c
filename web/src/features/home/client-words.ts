import { catalogue } from "@/ui/language";

export const clientHomeWords = catalogue({
  en: {
    hello: (name: string) => `Hello, ${name}`,
    post: "Post a job",
    balance: "In your wallet",
    toWallet: "Wallet",
    toApprove: "Hours to approve",
    approveAll: (count: number) => (count === 1 ? "See it" : `See all ${count}`),
    toPay: "To pay",
    toFill: "To fill",
    left: (places: number) => (places === 1 ? "1 place free" : `${places} places free`),
    waiting: (count: number) => (count === 1 ? "1 applicant waits" : `${count} applicants wait`),
    starts: "starts",
    started: "began",
    nothing: "Nothing waits for you",
    nothingText: "Post a job, and this page says what is to be paid, filled and approved.",
    people: "People who worked for you",
    payments: "Payments and receipts",
    reviews: (count: number) => (count === 1 ? "1 person to review" : `${count} people to review`),
  },
});
