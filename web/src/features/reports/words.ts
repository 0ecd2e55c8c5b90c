import { catalogue } from "@/ui/words";

export const reportWords = catalogue({
  en: {
    label: { job: "Report this job", user: "Report this person" },
    title: (name: string) => `Report “${name}”?`,
    text: "Our staff look at it, and tell you when they have. Nobody learns that it was you.",
    category: "What is wrong?",
    choose: "Choose",
    categories: {
      scam: "Asks for money, or is a fraud",
      untrue: "Is not what it says",
      unsafe: "Is not safe",
      abuse: "Threats, insults or harassment",
      other: "Something else",
    },
    what: "What happened?",
    whatHint: "When, where, and what was said or asked for.",
    send: "Yes, report",
    sent: "Our staff look at it. Thank you.",
  },
  pcm: {
    label: { job: "Report this work", user: "Report this person" },
    title: (name) => `You wan report “${name}”?`,
    text: "Our people go check am, and tell you when dem don do am. Nobody go know say na you.",
    category: "Wetin dey wrong?",
    choose: "Choose",
    categories: {
      scam: "E dey ask for money, or na 419",
      untrue: "E no be wetin dem talk",
      unsafe: "E no safe",
      abuse: "Threat, insult or wahala",
      other: "Another thing",
    },
    what: "Wetin happen?",
    whatHint: "When, where, and wetin dem talk or ask for.",
    send: "Yes, report am",
    sent: "Our people go check am. Thank you.",
  },
});
