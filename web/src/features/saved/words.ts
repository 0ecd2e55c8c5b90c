import { catalogue } from "@/ui/language";

export const savedWords = catalogue({
  en: {
    saved: "Saved jobs",
    noSaved: "No saved jobs",
    noSavedText: "Save a job to look at it again later.",
    invitations: "Invitations",
    noInvitations: "No invitations",
    noInvitationsText: "Clients you have worked for can invite you to their next job.",
    applied: "You applied",
    find: "Find work",
  },
  pcm: {
    saved: "Work wey you keep",
    noSaved: "You never keep any work",
    noSavedText: "Keep work make you fit check am later.",
    invitations: "Invitations",
    noInvitations: "Nobody don invite you",
    noInvitationsText: "People wey you don work for fit invite you for their next work.",
    applied: "You don apply",
    find: "Find work",
  },
});
