/** Push stays on for whoever switched it on.

    A browser may change or drop a subscription by itself, with the app open or not: then nobody would ever tell this
    device again, and nothing would say so. An app that opens compares what its browser has with what the server has,
    and puts it right; the service worker calls an open one at once. */

import { api, body } from "./client";
import { rememberedWish, rememberWish } from "./push-wish";
import { keyOf, registration, sendSubscription, subscribe } from "./queries/push";
import { onSession, sessionState } from "./session";
import { alone } from "./tabs";

/** What the service worker says to the open windows. */
export const PUSH_CHANGED = "push-changed";

/** Called once. */
export function keepPushOn(): void {
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis) || !("Notification" in globalThis)) return;
  // Of several tabs one after the other: the second finds it done.
  const mend = () => void alone("payshift-push", mendPush).catch(() => undefined);
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === PUSH_CHANGED && mend());
  onSession(({ status }) => (status === "out" ? rememberWish(null) : mend()));
  mend();
}

export async function mendPush(): Promise<void> {
  const wish = rememberedWish();
  const allowed = Notification.permission === "granted";
  // Whoever never asked for it costs no request.
  if (sessionState().status !== "in" || wish === "off" || (wish === null && !allowed)) return;
  const [told, worker] = await Promise.all([body(api.GET("/api/push")), registration()]);
  if (!told.public_key || !worker || (wish === null && !told.is_on)) return;
  if (!allowed) {
    // Taken back in the browser's own settings: the server need not try any more.
    if (told.is_on) await api.DELETE("/api/push/subscription");
    rememberWish(null);
    return;
  }
  const there = await worker.pushManager.getSubscription();
  const fits = there && keyOf(there) === told.public_key;
  const subscription = fits ? there : await subscribe(worker, told.public_key);
  if (!subscription) return;
  if ((await digest(subscription.endpoint)) !== told.endpoint_sha256) await sendSubscription(subscription);
  rememberWish("on");
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
