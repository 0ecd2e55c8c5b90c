/** The addresses of all screens, by who sees them. tests/screens.test.ts holds that no route of the app is left out. */

export function workerScreens(of: {
  job: number;
  application: number;
  assignment: number;
  withdrawal: number;
  client: number;
}): string[] {
  return [
    "/",
    "/jobs",
    "/jobs?q=nothing-of-this-name",
    "/jobs?view=map",
    `/jobs/${of.job}`,
    "/applications",
    "/applications?status=rejected",
    `/applications/${of.application}`,
    "/assignments",
    "/assignments?past=true",
    `/assignments/${of.assignment}`,
    "/wallet",
    "/wallet?period=week",
    "/wallet/withdraw",
    "/wallet/statements",
    "/wallet/withdrawals",
    `/wallet/withdrawals/${of.withdrawal}`,
    "/wallet/limits",
    "/get-account-details",
    "/saved-jobs",
    "/invitations",
    "/notifications",
    "/notifications/settings",
    "/you",
    "/profile",
    `/people/${of.client}`,
    `/reviews/${of.client}`,
    "/reviews/to-write",
    "/payments",
    "/security",
    "/disputes",
    `/disputes/new?assignment=${of.assignment}`,
    "/blocks",
    "/reports",
    "/data",
  ];
}

export function clientScreens(of: { job: number; worker: number; payment: string; dispute: number }): string[] {
  return [
    "/",
    "/post",
    `/post?again=${of.job}`,
    "/clientjobs",
    `/client/jobs/${of.job}`,
    `/client/jobs/${of.job}?part=shifts`,
    `/client/jobs/${of.job}?part=money`,
    `/client/jobs/${of.job}?part=about`,
    `/client/jobs/${of.job}/codes`,
    `/client/jobs/${of.job}/edit`,
    "/client/workers",
    "/approve",
    "/payments",
    `/payments/${of.payment}`,
    `/receipts/${of.job}`,
    "/disputes",
    `/disputes/${of.dispute}`,
    "/reviews/to-write",
    `/reviews/new?job=${of.job}&person=${of.worker}`,
    `/people/${of.worker}`,
    "/reports",
    "/notifications/settings",
    "/you",
  ];
}

/** Screens of one role alone. */
export const ONLY = {
  worker: ["/jobs", "/saved-jobs", "/invitations", "/applications", "/assignments"],
  client: ["/clientjobs", "/post", "/approve", "/client/workers"],
};

/** What belongs to somebody, and is not there for anybody else. */
export function ownScreens(of: {
  job: number;
  application: number;
  assignment: number;
  withdrawal: number;
  payment: string;
  dispute: number;
}): { client: string[]; either: string[] } {
  return {
    client: [`/client/jobs/${of.job}`, `/client/jobs/${of.job}/codes`, `/client/jobs/${of.job}/edit`],
    either: [
      `/applications/${of.application}`,
      `/assignments/${of.assignment}`,
      `/wallet/withdrawals/${of.withdrawal}`,
      `/payments/${of.payment}`,
      `/receipts/${of.job}`,
      `/disputes/${of.dispute}`,
    ],
  };
}

export const VISITOR_SCREENS = ["/login", "/signup", "/verify?email=ada@example.com", "/reset"];
