import { catalogue } from "@/ui/language";

export const workersWords = catalogue({
  en: {
    title: "People who worked for you",
    inviteTo: (job: string) => `Invite them to “${job}”`,
    none: "Nobody has worked for you yet",
    noneText: "As soon as you have approved a first shift, the people who worked it stand here.",
    shifts: (count: number) => (count === 1 ? "1 shift for you" : `${count} shifts for you`),
    last: "last",
    favourite: "Favourite",
    favouritesText: "Favourites hear of your new jobs before others, and are asked first when a place comes free.",
    invite: "Invite",
    invited: (name: string) => `${name} is invited.`,
    choose: "To which job?",
    noJob: "Choose a job to invite to",
    chooseNone: "You have no open job to invite to.",
    reliable: (percent: number) => `${percent} % reliable`,
  },
});
