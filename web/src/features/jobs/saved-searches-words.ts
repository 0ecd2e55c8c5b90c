import { catalogue } from "@/ui/language";

export const savedSearchesWords = catalogue({
  en: {
    save: "Save this search",
    title: "Saved searches",
    text: "We tell you of new jobs that fit, a few a day at most.",
    name: "Name",
    nameHint: "For example: weekend bars",
    saved: "Saved. We tell you of new jobs that fit.",
    none: "Nothing saved yet. Choose a filter or type a word, then save the search here.",
    rename: "Rename",
    remove: "Delete",
  },
  pcm: {
    save: "Keep this search",
    title: "Saved search",
    text: "We go tell you when new work wey fit come out, just small for one day.",
    name: "Name",
    nameHint: "Like: weekend bars",
    saved: "We don keep am. We go tell you when new work wey fit come out.",
    none: "You never keep any search. Choose filter or type one word, then keep the search here.",
    rename: "Change the name",
    remove: "Delete",
  },
});
