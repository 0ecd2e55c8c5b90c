/** Screens of workers. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { ApplicationStatus } from "@/api/queries/applications";
import { oneOf } from "../search";
import { routes, workers } from "./base";
import { jobSearch } from "./search-of-jobs";

const STATUSES = [
  "applied",
  "accepted",
  "standing_by",
  "rejected",
  "withdrawn",
  "closed",
  "completed",
  "no_show",
  "canceled",
] as const satisfies readonly ApplicationStatus[];

const jobs = createRoute({
  getParentRoute: () => workers,
  path: "/jobs",
  validateSearch: jobSearch,
  component: lazyRouteComponent(() => import("@/features/jobs/search"), "JobSearch"),
});

const savedJobs = createRoute({
  getParentRoute: () => workers,
  path: "/saved-jobs",
  component: lazyRouteComponent(() => import("@/features/saved/saved"), "SavedJobs"),
});

const invitations = createRoute({
  getParentRoute: () => workers,
  path: "/invitations",
  component: lazyRouteComponent(() => import("@/features/saved/saved"), "Invitations"),
});

const applications = createRoute({
  getParentRoute: () => workers,
  path: "/applications",
  validateSearch: (search): { status?: ApplicationStatus | undefined } => ({ status: oneOf(STATUSES, search.status) }),
  component: lazyRouteComponent(() => import("@/features/applications/applications"), "Applications"),
});

const assignments = createRoute({
  getParentRoute: () => workers,
  path: "/assignments",
  validateSearch: (search): { past?: true | undefined } => ({ past: search.past === true ? true : undefined }),
  component: lazyRouteComponent(() => import("@/features/shifts/shifts"), "Shifts"),
});

export const workerRoutes = routes(jobs, savedJobs, invitations, applications, assignments);
