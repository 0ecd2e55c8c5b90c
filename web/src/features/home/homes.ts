/** A person has one role at a time: the other role's home is never loaded. */

import type { Role } from "@/api/session";

const worker = () => import("./worker-home");
const client = () => import("./client-home");

export function homeOf(role: Role) {
  return role === "client" ? client : worker;
}
