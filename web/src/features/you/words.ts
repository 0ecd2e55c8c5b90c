import { catalogue } from "@/ui/words";

export const youWords = catalogue({
  en: {
    title: "You",
    worker: "Looks for work",
    client: "Posts jobs",
    language: "Language",
    role: "Your role",
    toWorker: "Look for work instead",
    toClient: "Post jobs instead",
    roleChanged: "Your role is changed.",
    logOut: "Log out",
  },
  pcm: {
    title: "You",
    worker: "E dey find work",
    client: "E dey post work",
    language: "Language",
    role: "Your side",
    toWorker: "Make I find work",
    toClient: "Make I post work",
    roleChanged: "Your side don change.",
    logOut: "Commot",
  },
});
