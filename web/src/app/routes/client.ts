/** Screens of clients, who post jobs. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { idOf, oneOf, optionalNumber } from "../search";
import { clients, routes } from "./base";

const STATUSES = ["pending", "upcoming", "ongoing", "completed", "canceled", "expired"] as const;
const PARTS = ["applicants", "shifts", "money", "about"] as const;

const jobs = createRoute({
  getParentRoute: () => clients,
  path: "/clientjobs",
  validateSearch: (search): { status?: (typeof STATUSES)[number] | undefined } => ({
    status: oneOf(STATUSES, search.status),
  }),
  component: lazyRouteComponent(() => import("@/features/client-jobs/jobs"), "ClientJobs"),
});

const job = createRoute({
  getParentRoute: () => clients,
  path: "/client/jobs/$jobId",
  params: idOf("jobId"),
  validateSearch: (search): { part?: (typeof PARTS)[number] | undefined } => ({ part: oneOf(PARTS, search.part) }),
  component: lazyRouteComponent(() => import("@/features/client-jobs/job"), "ClientJob"),
});

const codes = createRoute({
  getParentRoute: () => clients,
  path: "/client/jobs/$jobId/codes",
  params: idOf("jobId"),
  component: lazyRouteComponent(() => import("@/features/client-jobs/codes"), "Codes"),
});

const edit = createRoute({
  getParentRoute: () => clients,
  path: "/client/jobs/$jobId/edit",
  params: idOf("jobId"),
  component: lazyRouteComponent(() => import("@/features/posting/edit"), "EditJob"),
});

const post = createRoute({
  getParentRoute: () => clients,
  path: "/post",
  validateSearch: (search): { again?: number | undefined } => ({ again: optionalNumber(search.again) }),
  component: lazyRouteComponent(() => import("@/features/posting/post"), "PostJob"),
});

const approve = createRoute({
  getParentRoute: () => clients,
  path: "/approve",
  component: lazyRouteComponent(() => import("@/features/approving/to-approve"), "ToApprove"),
});

const workers = createRoute({
  getParentRoute: () => clients,
  path: "/client/workers",
  validateSearch: (search): { job?: number | undefined } => ({ job: optionalNumber(search.job) }),
  component: lazyRouteComponent(() => import("@/features/workers/workers"), "Workers"),
});

export const clientRoutes = routes(jobs, job, codes, edit, post, approve, workers);
