/** Screens of both roles. */

import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Home } from "@/features/home/home";
import { id, idOf, oneOf, optionalText } from "../search";
import { members, routes, visitors } from "./base";

const login = createRoute({
  getParentRoute: () => visitors,
  path: "/login",
  validateSearch: (search): { next?: string | undefined; reason?: "ended" | "banned" | undefined } => ({
    next: optionalText(search.next),
    reason: search.reason === "banned" || search.reason === "ended" ? search.reason : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/auth/login"), "LogIn"),
});

const signup = createRoute({
  getParentRoute: () => visitors,
  path: "/signup",
  validateSearch: (search): { next?: string | undefined } => ({ next: optionalText(search.next) }),
  component: lazyRouteComponent(() => import("@/features/auth/signup"), "SignUp"),
});

const verify = createRoute({
  getParentRoute: () => visitors,
  path: "/verify",
  validateSearch: (search): { email?: string | undefined; next?: string | undefined } => ({
    email: optionalText(search.email),
    next: optionalText(search.next),
  }),
  component: lazyRouteComponent(() => import("@/features/auth/verify"), "Verify"),
});

const reset = createRoute({
  getParentRoute: () => visitors,
  path: "/reset",
  component: lazyRouteComponent(() => import("@/features/auth/reset"), "Reset"),
});

const home = createRoute({
  getParentRoute: () => members,
  path: "/",
  // It is small and the first: the home of a role is on its way one request earlier.
  component: Home,
});

const notifications = createRoute({
  getParentRoute: () => members,
  path: "/notifications",
  component: lazyRouteComponent(() => import("@/features/notifications/notifications"), "Notifications"),
});

const notificationSettings = createRoute({
  getParentRoute: () => members,
  path: "/notifications/settings",
  component: lazyRouteComponent(() => import("@/features/notifications/settings"), "NotificationSettings"),
});

const you = createRoute({
  getParentRoute: () => members,
  path: "/you",
  component: lazyRouteComponent(() => import("@/features/you/you"), "You"),
});

const job = createRoute({
  getParentRoute: () => members,
  path: "/jobs/$jobId",
  params: idOf("jobId"),
  component: lazyRouteComponent(() => import("@/features/jobs/job"), "Job"),
});

const application = createRoute({
  getParentRoute: () => members,
  path: "/applications/$applicationId",
  params: idOf("applicationId"),
  component: lazyRouteComponent(() => import("@/features/applications/application"), "Application"),
});

const assignment = createRoute({
  getParentRoute: () => members,
  path: "/assignments/$assignmentId",
  params: idOf("assignmentId"),
  component: lazyRouteComponent(() => import("@/features/shifts/shift"), "Shift"),
});

const PERIODS = ["week", "month"] as const;
const walletSearch = (search: Record<string, unknown>): { period?: (typeof PERIODS)[number] | undefined } => ({
  period: oneOf(PERIODS, search.period),
});

const wallet = createRoute({
  getParentRoute: () => members,
  path: "/wallet",
  validateSearch: walletSearch,
  component: lazyRouteComponent(() => import("@/features/wallet/wallet"), "Wallet"),
});

// News about money leads here.
const transactions = createRoute({
  getParentRoute: () => members,
  path: "/wallet/transactions",
  beforeLoad: () => {
    throw redirect({ to: "/wallet", replace: true });
  },
});

const withdraw = createRoute({
  getParentRoute: () => members,
  path: "/wallet/withdraw",
  component: lazyRouteComponent(() => import("@/features/wallet/withdraw"), "Withdraw"),
});

const withdrawals = createRoute({
  getParentRoute: () => members,
  path: "/wallet/withdrawals",
  component: lazyRouteComponent(() => import("@/features/wallet/withdrawals"), "Withdrawals"),
});

const withdrawal = createRoute({
  getParentRoute: () => members,
  path: "/wallet/withdrawals/$withdrawalId",
  params: idOf("withdrawalId"),
  component: lazyRouteComponent(() => import("@/features/wallet/withdrawals"), "Withdrawal"),
});

const limits = createRoute({
  getParentRoute: () => members,
  path: "/wallet/limits",
  component: lazyRouteComponent(() => import("@/features/wallet/limits"), "Limits"),
});

const bankAccount = createRoute({
  getParentRoute: () => members,
  path: "/get-account-details",
  component: lazyRouteComponent(() => import("@/features/wallet/bank-account"), "BankAccount"),
});

const profile = createRoute({
  getParentRoute: () => members,
  path: "/profile",
  component: lazyRouteComponent(() => import("@/features/profile/edit"), "EditProfile"),
});

const person = createRoute({
  getParentRoute: () => members,
  path: "/people/$userId",
  params: idOf("userId"),
  component: lazyRouteComponent(() => import("@/features/profile/person"), "Person"),
});

const blocks = createRoute({
  getParentRoute: () => members,
  path: "/blocks",
  component: lazyRouteComponent(() => import("@/features/profile/blocks"), "Blocks"),
});

const reports = createRoute({
  getParentRoute: () => members,
  path: "/reports",
  component: lazyRouteComponent(() => import("@/features/reports/reports"), "Reports"),
});

const security = createRoute({
  getParentRoute: () => members,
  path: "/security",
  component: lazyRouteComponent(() => import("@/features/security/security"), "Security"),
});

const data = createRoute({
  getParentRoute: () => members,
  path: "/data",
  component: lazyRouteComponent(() => import("@/features/data/data"), "Data"),
});

const reviews = createRoute({
  getParentRoute: () => members,
  path: "/reviews/$userId",
  params: idOf("userId"),
  validateSearch: (search): { given?: true | undefined } => ({ given: search.given === true ? true : undefined }),
  component: lazyRouteComponent(() => import("@/features/reviews/reviews"), "Reviews"),
});

const reviewsToWrite = createRoute({
  getParentRoute: () => members,
  path: "/reviews/to-write",
  component: lazyRouteComponent(() => import("@/features/reviews/to-write"), "ReviewsToWrite"),
});

const writeReview = createRoute({
  getParentRoute: () => members,
  path: "/reviews/new",
  validateSearch: (search): { job: number; person?: number | undefined } => ({
    job: id(String(search.job)),
    person: id(String(search.person)) || undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/reviews/write"), "WriteReview"),
});

const disputes = createRoute({
  getParentRoute: () => members,
  path: "/disputes",
  component: lazyRouteComponent(() => import("@/features/disputes/disputes"), "Disputes"),
});

const openDispute = createRoute({
  getParentRoute: () => members,
  path: "/disputes/new",
  validateSearch: (search): { assignment: number } => ({ assignment: id(String(search.assignment)) }),
  component: lazyRouteComponent(() => import("@/features/disputes/disputes"), "OpenDispute"),
});

const dispute = createRoute({
  getParentRoute: () => members,
  path: "/disputes/$disputeId",
  params: idOf("disputeId"),
  component: lazyRouteComponent(() => import("@/features/disputes/disputes"), "Dispute"),
});

export const visitorRoutes = routes(login, signup, verify, reset);
export const memberRoutes = routes(
  home,
  notifications,
  notificationSettings,
  you,
  job,
  application,
  assignment,
  wallet,
  transactions,
  withdraw,
  withdrawals,
  withdrawal,
  limits,
  bankAccount,
  profile,
  person,
  blocks,
  reports,
  security,
  data,
  reviews,
  reviewsToWrite,
  writeReview,
  disputes,
  openDispute,
  dispute,
);
