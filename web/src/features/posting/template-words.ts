import { catalogue } from "@/ui/language";

export const templateWords = catalogue({
  en: {
    title: "Templates",
    text: "A template is all of a posting but its days.",
    none: "Nothing kept yet. Fill in the form and keep it at its end.",
    filled: (name: string) => `Filled in from “${name}”. Choose the day.`,
    keep: "Keep as a template",
    keepSend: "Keep it",
    keepText: "All but the days is kept. Nothing is posted by it.",
    first: (fields: string) => `Fill in first: ${fields}.`,
    name: "Name",
    nameHint: "For example: Friday evenings",
    kept: "Kept. You find it at the top of this page.",
    rename: "Rename",
    remove: "Delete",
  },
  pcm: {
    title: "Templates",
    text: "Template na everything about one work, only the days no dey inside.",
    none: "You never keep any. Fill the form and keep am for the end.",
    filled: (name) => `We don fill am from “${name}”. Choose the day.`,
    keep: "Keep am as template",
    keepSend: "Keep am",
    keepText: "Everything except the days go dey kept. E no go post anything.",
    first: (fields) => `Fill these first: ${fields}.`,
    name: "Name",
    nameHint: "Like: Friday evening",
    kept: "We don keep am. E dey for the top of this page.",
    rename: "Change the name",
    remove: "Delete",
  },
});
