/** The frames that routes hang in: public, logged in, and logged in with a role. */

import { createRootRoute, createRoute, Outlet } from "@tanstack/react-router";
import { NotFound, RouteError } from "../errors";
import { Frame } from "../frame";
import { ClientsOnly, refuseLoggedIn, requireLogIn, WorkersOnly } from "../guards";
import { Starting } from "../loading";
import { Shell } from "../shell";

export const root = createRootRoute({ component: Frame, errorComponent: RouteError, notFoundComponent: NotFound });

/** Screens for people who are not logged in: whoever is, goes on to where they wanted. */
export const visitors = createRoute({
  getParentRoute: () => root,
  id: "visitors",
  component: Outlet,
  pendingComponent: Starting,
  beforeLoad: ({ search }) => refuseLoggedIn((search as { next?: string }).next),
});

export const members = createRoute({
  getParentRoute: () => root,
  id: "members",
  component: Shell,
  pendingComponent: Starting,
  beforeLoad: ({ location }) => requireLogIn(location.href),
});

export const workers = createRoute({ getParentRoute: () => members, id: "workers", component: WorkersOnly });

export const clients = createRoute({ getParentRoute: () => members, id: "clients", component: ClientsOnly });

/** Route lists as tuples: the types of all paths and search parameters come from them. */
export function routes<const T extends readonly unknown[]>(...list: T): T {
  return list;
}
