import { lazyRouteComponent } from "@tanstack/react-router";
import { useMe } from "@/api/queries/me";
import type { Role } from "@/api/session";
import { homeOf } from "./homes";

const HOMES = {
  client: lazyRouteComponent(homeOf("client")),
  worker: lazyRouteComponent(homeOf("applicant")),
};

function screenOf(role: Role) {
  return role === "client" ? HOMES.client : HOMES.worker;
}

/** Before it is shown: a screen that waits for its own file while it is drawn is drawn twice. */
export async function loadHome(role: Role): Promise<void> {
  await screenOf(role).preload?.();
}

export function Home() {
  const Screen = screenOf(useMe().role);
  return <Screen />;
}
