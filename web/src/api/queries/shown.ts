/** Which answers show which things: what a hint makes the app read again. */

import type { components } from "../schema";

/** What a hint is about: the subject of a notification, or what has one screen and no number. */
export type About =
  | components["schemas"]["SubjectType"]
  | "wallet"
  | "bank_account"
  | "security"
  | "reports"
  | "notifications";
export type Hint = { about: string; id: number | null };

const WORK: readonly About[] = ["application", "assignment", "job"];
const MONEY: readonly About[] = ["wallet", "withdrawal"];
/** Read again where nobody knows what changed. */
const OF_ITS_PERSON: readonly About[] = [];
/** Never read again for a hint: people change nothing of it. */
const OF_THE_OPERATOR = null;

/** Per first part of a query's key, the things whose change changes the answer. One that is left out here is no key:
    see `Register` below. */
export const SHOWN = {
  applications: WORK,
  approving: [...WORK, "dispute"],
  assignments: [...WORK, "dispute", "wallet"],
  "bank-account": ["bank_account"],
  banks: OF_THE_OPERATOR,
  blocks: OF_ITS_PERSON,
  "client-jobs": [...WORK, "dispute", "wallet"],
  config: OF_THE_OPERATOR,
  devices: ["security"],
  disputes: ["dispute", "assignment"],
  home: [...WORK, ...MONEY, "dispute", "user", "notifications"],
  industries: OF_THE_OPERATOR,
  "job-templates": OF_ITS_PERSON,
  jobs: WORK,
  me: [...WORK, "user", "security"],
  "notification-settings": OF_ITS_PERSON,
  notifications: ["notifications"],
  payments: [...WORK, ...MONEY, "dispute"],
  people: [...WORK, "user"],
  push: OF_ITS_PERSON,
  quote: OF_ITS_PERSON,
  reports: ["reports"],
  reviews: [...WORK, "user"],
  "saved-searches": OF_ITS_PERSON,
  "second-factor": ["security"],
  series: WORK,
  wallet: [...WORK, ...MONEY, "bank_account", "dispute"],
  workers: [...WORK, "user"],
} satisfies Record<string, readonly About[] | null>;

/** Of the keys `[root, part, number, …]`, what the number counts: a hint with another number leaves the answer alone. */
export const NUMBERED: Partial<Record<About, readonly string[]>> = {
  application: ["applications one"],
  assignment: ["assignments one", "approving ending"],
  dispute: ["disputes one"],
  job: ["approving job", "client-jobs one", "jobs mine", "jobs one", "payments receipt"],
  user: ["people one", "reviews given", "reviews received"],
  withdrawal: ["wallet withdrawal"],
};

type Root = keyof typeof SHOWN;

declare module "@tanstack/react-query" {
  interface Register {
    // The compiler refuses a query of which nobody said what it shows.
    queryKey: readonly [Root, ...unknown[]];
  }
}

const known = new Set<string>(Object.values(SHOWN).flatMap((abouts) => abouts ?? []));

/** Whether the answer under this key may be another one after the hint. Of what is unknown here, anything may be. */
export function isShownBy({ about, id }: Hint, key: readonly unknown[]): boolean {
  const [root, part, number] = key;
  const abouts: readonly string[] | null | undefined = SHOWN[root as Root];
  if (abouts === null) return false;
  if (abouts === undefined || !known.has(about)) return true;
  if (!abouts.includes(about)) return false;
  const counted = NUMBERED[about as About]?.includes(`${root} ${part}`);
  return !counted || id === null || number === id;
}
