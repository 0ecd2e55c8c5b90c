/** The service worker: the app opens without a network. It keeps the page and its hashed files, and nothing of the API:
    what a person may read offline is kept by the app itself, for that person, and wiped at log-out. And it shows what is
    pushed while the app is closed. */

/// <reference lib="webworker" />
import { pageOf, textOf } from "./push-words";

const worker = globalThis as unknown as ServiceWorkerGlobalScope;

/** Filled in by the build: a release is another list, so a browser sees another worker and takes the new files. */
declare const __PAYSHIFT_FILES__: { release: string; shell: string[] };

const CACHE = `payshift-${__PAYSHIFT_FILES__.release}`;
const PAGE = "/";

worker.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      // Past the HTTP cache for the page; the others have their content in their names.
      await cache.add(new Request(PAGE, { cache: "reload" }));
      await cache.addAll(__PAYSHIFT_FILES__.shell);
      await worker.skipWaiting();
    })(),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("payshift-") && name !== CACHE) await caches.delete(name);
      }
      await worker.clients.claim();
    })(),
  );
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (__PAYSHIFT_FILES__.shell.includes(url.pathname) || url.pathname.startsWith("/assets/"))
    event.respondWith(file(request));
});

/** From the network, so that a release is seen at once; without one, the page that was kept. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

worker.addEventListener("push", (event) => {
  event.waitUntil(show(event.data));
});

/** Browsers take the right to push away from whoever shows nothing: what cannot be read is news too. */
async function show(data: PushMessageData | null): Promise<void> {
  const { kind, subject } = messageOf(data);
  const language = (await (await caches.match("/language"))?.text()) ?? "en";
  await worker.registration.showNotification(textOf(kind, language), {
    icon: "/icon.svg",
    // A later one about the same thing takes its place.
    tag: subject ? `${subject.type}-${subject.id}` : "several",
    lang: language,
    data: pageOf(kind, subject),
  });
}

function messageOf(data: PushMessageData | null): { kind: string; subject: { type: string; id: number } | null } {
  try {
    if (data) return data.json();
  } catch {
    // As above.
  }
  return { kind: "several", subject: null };
}

worker.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(renew(event as PushSubscriptionChangeEvent));
});

/** The browser has another address for this device, or took the one it had. Only the app has a token to tell the server
    with: one that is open does so now, and else the next that is opened (`api/push-kept.ts`). */
async function renew({ oldSubscription, newSubscription }: PushSubscriptionChangeEvent): Promise<void> {
  const applicationServerKey = oldSubscription?.options.applicationServerKey;
  if (!newSubscription && applicationServerKey)
    await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }).catch(() => null);
  for (const window of await worker.clients.matchAll({ type: "window" })) window.postMessage("push-changed");
}

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data as string));
});

/** In a window of the app that there is, or a new one. */
async function open(page: string): Promise<void> {
  for (const window of await worker.clients.matchAll({ type: "window" })) {
    try {
      await (await window.focus()).navigate(page);
      return;
    } catch {
      // This worker does not control it.
    }
  }
  await worker.clients.openWindow(page);
}
