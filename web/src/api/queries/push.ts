import { queryOptions } from "@tanstack/react-query";
import { keepForWorker } from "@/ui/language";
import { api, body } from "../client";
import { rememberWish } from "../push-wish";
import type { components } from "../schema";

export type PushState = "unavailable" | "unsupported" | "denied" | "off" | "on";

export const pushKeys = { all: ["push"] as const };

/** What the server knows of this device, and what its browser does. */
export function pushQuery() {
  return queryOptions({
    queryKey: pushKeys.all,
    queryFn: async () => {
      const told = await body(api.GET("/api/push"));
      return { ...told, state: await stateOf(told) };
    },
  });
}

async function stateOf(told: components["schemas"]["PushOut"]): Promise<PushState> {
  if (!told.public_key) return "unavailable";
  const worker = "PushManager" in globalThis && "Notification" in globalThis ? await registration() : undefined;
  if (!worker) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  // Who cleared the site's data, or has another key now, is told nothing whatever the server thinks.
  const subscription = await worker.pushManager.getSubscription();
  return told.is_on && subscription && keyOf(subscription) === told.public_key ? "on" : "off";
}

/** To be called on a tap: the browser asks the person. `false` where the person or the browser says no. */
export async function switchPushOn(publicKey: string): Promise<boolean> {
  const worker = await registration();
  if (!worker || (await Notification.requestPermission()) !== "granted") return false;
  const subscription = await subscribe(worker, publicKey);
  if (!subscription) return false;
  await keepForWorker();
  await sendSubscription(subscription);
  rememberWish("on");
  return true;
}

/** `null` where the browser says no. One for another key stands in the way of ours. */
export async function subscribe(worker: ServiceWorkerRegistration, key: string): Promise<PushSubscription | null> {
  await (await worker.pushManager.getSubscription())?.unsubscribe();
  const asked = { userVisibleOnly: true, applicationServerKey: key };
  return worker.pushManager.subscribe(asked).catch(() => null);
}

export async function sendSubscription(subscription: PushSubscription): Promise<void> {
  const { endpoint = "", keys = {} } = subscription.toJSON();
  const { p256dh = "", auth = "" } = keys;
  await body(api.PUT("/api/push/subscription", { body: { endpoint, keys: { p256dh, auth } } }));
}

export async function switchPushOff(): Promise<void> {
  await body(api.DELETE("/api/push/subscription"));
  rememberWish("off");
  await (await (await registration())?.pushManager.getSubscription())?.unsubscribe();
}

export function saveQuietHours(hours: components["schemas"]["QuietHoursIn"]) {
  return body(api.PUT("/api/push/quiet-hours", { body: hours }));
}

/** `ready` would wait for ever where no worker is installed: in private windows, and while the app is developed. */
export async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return "serviceWorker" in navigator ? await navigator.serviceWorker.getRegistration() : undefined;
}

export function keyOf(subscription: PushSubscription): string {
  const bytes = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
