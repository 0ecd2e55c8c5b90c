import { lazy } from "react";
import { useMe } from "@/api/queries/me";

// A person has one role at a time: the other home is never loaded.
const WorkerHome = lazy(() => import("./worker-home"));
const ClientHome = lazy(() => import("./client-home"));

export function Home() {
  return useMe().role === "client" ? <ClientHome /> : <WorkerHome />;
}
