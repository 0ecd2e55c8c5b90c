import { createRouter } from "@tanstack/react-router";
import { Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { useWords } from "@/ui/words";
import { NotFound, RouteError } from "./errors";
import { clients, members, root, visitors, workers } from "./routes/base";
import { clientRoutes } from "./routes/client";
import { memberRoutes, visitorRoutes } from "./routes/common";
import { payingRoutes } from "./routes/paying";
import { workerRoutes } from "./routes/worker";
import { appWords } from "./words";

const tree = root.addChildren([
  visitors.addChildren([...visitorRoutes]),
  members.addChildren([
    ...memberRoutes,
    ...payingRoutes,
    workers.addChildren([...workerRoutes]),
    clients.addChildren([...clientRoutes]),
  ]),
]);

function Loading() {
  const words = useWords(appWords);
  return (
    <Page title={words.loading}>
      <Skeleton />
    </Page>
  );
}

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
