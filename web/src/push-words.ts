/** What a device shows while the app is closed. Anybody may look at a lock screen: no name, no place, no sum, only the
    kind of thing that happened. The service worker alone uses it. */

type Subject = { type: string; id: number } | null;
type Group =
  | "application"
  | "place"
  | "job"
  | "shift"
  | "money"
  | "dispute"
  | "review"
  | "report"
  | "invitation"
  | "news";

const TEXTS: Record<string, Record<Group, string>> = {
  en: {
    application: "There is news about an application.",
    place: "A place in a job needs your answer, or changed.",
    job: "There is news about a job.",
    shift: "There is news about a shift.",
    money: "There is news about your money.",
    dispute: "There is news in a dispute.",
    review: "There is news about a review.",
    report: "Our staff looked at something that you told them.",
    invitation: "There is work that may suit you.",
    news: "There is news for you.",
  },
  pcm: {
    application: "Gist dey about one application.",
    place: "One space for work dey wait your answer, or e don change.",
    job: "Gist dey about one work.",
    shift: "Gist dey about one shift.",
    money: "Gist dey about your money.",
    dispute: "Gist dey about one case.",
    review: "Gist dey about wetin person talk.",
    report: "Our people don check something wey you tell dem.",
    invitation: "Work dey wey fit you.",
    news: "Gist dey for you.",
  },
};

/** Beginnings of kinds, the longer before the shorter. A kind that is not here yet is news. */
const GROUPS: ReadonlyArray<readonly [string, Group]> = [
  ["application_", "application"],
  ["standing_by", "application"],
  ["place_", "place"],
  ["confirm_place", "place"],
  ["job_", "job"],
  ["series_", "job"],
  ["shift_", "shift"],
  ["check", "shift"],
  ["minutes_", "shift"],
  ["extra_", "shift"],
  ["attendance_", "shift"],
  ["approval_", "shift"],
  ["decided_", "shift"],
  ["payment_", "money"],
  ["deposit_", "money"],
  ["wage_", "money"],
  ["refund_", "money"],
  ["withdrawal_", "money"],
  ["dispute_", "dispute"],
  ["review_", "review"],
  ["report_", "report"],
  ["invited", "invitation"],
  ["new_job", "invitation"],
];

/** About a job of the client who posted it: its page is another than a worker's. */
const OF_CLIENTS: readonly string[] = [
  "job_hidden",
  "job_restored",
  "place_taken",
  "place_unconfirmed",
  "job_expired",
  "payment_received",
  "checked_in",
  "series_posted",
  "series_left_out",
];

const PAGES: Record<string, string> = {
  application: "/applications/",
  assignment: "/assignments/",
  dispute: "/disputes/",
  job: "/jobs/",
  user: "/reviews/",
  withdrawal: "/wallet/withdrawals/",
};

export function textOf(kind: string, language: string): string {
  const group = GROUPS.find(([beginning]) => kind.startsWith(beginning))?.[1] ?? "news";
  return (TEXTS[language] ?? (TEXTS.en as Record<Group, string>))[group];
}

/** Where a tap leads: the thing itself, or the list of what happened. */
export function pageOf(kind: string, subject: Subject): string {
  const page = subject && PAGES[subject.type];
  if (!page) return "/notifications";
  return `${subject.type === "job" && OF_CLIENTS.includes(kind) ? "/client/jobs/" : page}${subject.id}`;
}
