/** Whether whoever is logged in here wants to be told while the app is closed: the browser forgets it with a subscription
    that it takes away, and the server with an address that is gone. */

import { rememberedUser } from "./session";

const KEPT = "payshift.push";

export function rememberWish(wish: "on" | "off" | null): void {
  try {
    if (wish === null) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, `${rememberedUser()} ${wish}`);
  } catch {
    // Storage is closed to us: what the server knows decides.
  }
}

/** `null`: nobody said so here, or somebody else did. */
export function rememberedWish(): "on" | "off" | null {
  try {
    const [user, wish] = (localStorage.getItem(KEPT) ?? "").split(" ");
    return Number(user) === rememberedUser() && (wish === "on" || wish === "off") ? wish : null;
  } catch {
    return null;
  }
}
