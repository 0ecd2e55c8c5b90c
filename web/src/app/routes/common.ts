/** Screens of both roles. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { optionalText } from "../search";
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
  component: lazyRouteComponent(() => import("@/features/home/home"), "Home"),
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

export const visitorRoutes = routes(login, signup, verify, reset);
export const memberRoutes = routes(home, notifications, notificationSettings, you);
