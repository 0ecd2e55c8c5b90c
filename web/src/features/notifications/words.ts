import { catalogue } from "@/ui/words";

export const notificationWords = catalogue({
  en: {
    title: "Notifications",
    readAll: "Mark all as read",
    settings: "Settings",
    empty: "Nothing yet",
    emptyText: "News about your jobs, shifts and money will be here.",
    unread: "new",
    settingsTitle: "What you are told",
    settingsText: "News about the safety of your account is always sent.",
    inApp: "In the app",
    byMail: "By e-mail",
  },
  pcm: {
    title: "Wetin dey happen",
    readAll: "I don read everything",
    settings: "Settings",
    empty: "Nothing dey yet",
    emptyText: "Gist about your work, shift and money go dey here.",
    unread: "new",
    settingsTitle: "Wetin we go tell you",
    settingsText: "Anything about the safety of your account, we must tell you.",
    inApp: "Inside the app",
    byMail: "For e-mail",
  },
});
