import { catalogue } from "@/ui/language";

export const seriesWords = catalogue({
  en: {
    repeat: "Repeat every week",
    repeatTitle: "Repeat this job every week",
    repeatText:
      "It is posted again for the same days and hours of each week, some weeks ahead. You pay each week by itself, and workers see it once it is paid. Nothing is paid by itself.",
    until: "Until",
    untilHint: "The last day it may have. Empty: until you end it.",
    repeatSend: "Repeat it",
    repeated: "Repeated every week. Pay the weeks that are posted.",
    title: "Every week",
    lasts: (day: string) => `Until ${day}`,
    withoutEnd: "Until you end it",
    thisOne: "This job",
    next: (day: string) => `Next to be posted: the week of ${day}.`,
    last: "No more weeks are posted.",
    leftOut: "Not posted",
    changed: "changed by you",
    end: "End the series",
    endTitle: "End the series?",
    endText: "No more weeks are posted, and posted weeks that are not paid are cancelled.",
    endPaid: "Weeks that you have paid stay. To call one off, open it and cancel it.",
    endConfirm: "End it",
    ended: "The series has ended.",
  },
});
