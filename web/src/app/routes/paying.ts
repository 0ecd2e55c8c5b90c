/** Payments, receipts and statements, which both roles have: a client pays, a worker is paid. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { idOf, oneOf, optionalText } from "../search";
import { members, routes } from "./base";

type PaymentSearch = {
  direction?: "made" | "received" | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

const payments = createRoute({
  getParentRoute: () => members,
  path: "/payments",
  validateSearch: (search): PaymentSearch => ({
    direction: oneOf(["made", "received"], search.direction),
    from: optionalText(search.from),
    to: optionalText(search.to),
  }),
  component: lazyRouteComponent(() => import("@/features/paying/payments"), "Payments"),
});

const payment = createRoute({
  getParentRoute: () => members,
  path: "/payments/$reference",
  component: lazyRouteComponent(() => import("@/features/paying/payment"), "Payment"),
});

const receipts = createRoute({
  getParentRoute: () => members,
  path: "/receipts/$jobId",
  params: idOf("jobId"),
  component: lazyRouteComponent(() => import("@/features/paying/receipts"), "Receipts"),
});

const MONTH = /^20\d\d-(0[1-9]|1[0-2])$/;

const statements = createRoute({
  getParentRoute: () => members,
  path: "/wallet/statements",
  validateSearch: (search): { month?: string | undefined } => ({
    month: typeof search.month === "string" && MONTH.test(search.month) ? search.month : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/papers/statements"), "Statements"),
});

export const payingRoutes = routes(payments, payment, receipts, statements);
