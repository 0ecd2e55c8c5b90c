import { createRouter } from "@tanstack/react-router";
import { NotFound, RouteError } from "./errors";
import { Loading } from "./loading";
import { clients, members, root, visitors, workers } from "./routes/base";
import { clientRoutes } from "./routes/client";
import { memberRoutes, visitorRoutes } from "./routes/common";
import { payingRoutes } from "./routes/paying";
import { workerRoutes } from "./routes/worker";

const tree = root.addChildren([
  visitors.addChildren([...visitorRoutes]),
  members.addChildren([
    ...memberRoutes,
    ...payingRoutes,
    workers.addChildren([...workerRoutes]),
    clients.addChildren([...clientRoutes]),
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultPendingComponent: Loading,
  defaultPendingMs: 200,
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFound,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
