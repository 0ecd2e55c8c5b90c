import { beforeEach, expect, test, vi } from "vitest";

const kept = new Map<string, string>();
const KEY = "BKey";
const hex = async (text: string) =>
  Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toString("hex");

/** What a browser has: at most one subscription, and a right that its person gave or took back. */
const browser = {
  permission: "granted",
  endpoint: null as string | null,
  key: KEY,
  next: "https://push.example.com/new",
};
/** What the server has of this device, and what it was asked to do. */
const server = { endpoint: null as string | null, asked: [] as string[] };

function subscription(endpoint: string) {
  return {
    endpoint,
    options: { applicationServerKey: Uint8Array.from(atob(browser.key), (letter) => letter.charCodeAt(0)).buffer },
    toJSON: () => ({ endpoint, keys: { p256dh: "point", auth: "secret" } }),
    unsubscribe: async () => {
      browser.endpoint = null;
    },
  };
}

const pushManager = {
  getSubscription: async () => (browser.endpoint === null ? null : subscription(browser.endpoint)),
  subscribe: async () => {
    browser.endpoint = browser.next;
    browser.key = KEY;
    return subscription(browser.next);
  },
};

vi.mock("../src/api/client", () => ({
  body: async (answer: Promise<unknown>) => answer,
  api: {
    GET: async () => ({
      public_key: KEY,
      is_on: server.endpoint !== null,
      endpoint_sha256: server.endpoint === null ? null : await hex(server.endpoint),
    }),
    PUT: async (_path: string, { body }: { body: { endpoint: string } }) => {
      server.asked.push("put");
      server.endpoint = body.endpoint;
    },
    DELETE: async () => {
      server.asked.push("delete");
      server.endpoint = null;
    },
  },
}));
vi.mock("../src/api/session", () => ({
  onSession: () => () => {},
  rememberedUser: () => 7,
  sessionState: () => ({ status: "in", userId: 7 }),
}));

vi.stubGlobal("localStorage", {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => void kept.set(name, value),
  removeItem: (name: string) => void kept.delete(name),
});
vi.stubGlobal("navigator", { serviceWorker: { getRegistration: async () => ({ pushManager }) } });
vi.stubGlobal("PushManager", class {});
vi.stubGlobal("Notification", {
  get permission() {
    return browser.permission;
  },
});

const { mendPush } = await import("../src/api/push-kept.ts");
const OLD = "https://push.example.com/old";

beforeEach(() => {
  kept.clear();
  kept.set("payshift.push", "7 on");
  Object.assign(browser, { permission: "granted", endpoint: OLD, key: KEY });
  Object.assign(server, { endpoint: OLD, asked: [] });
});

test("a subscription that the server has is left alone", async () => {
  await mendPush();

  expect(server.asked).toEqual([]);
  expect(browser.endpoint).toBe(OLD);
});

test("one that the browser changed by itself reaches the server, in the place of the old one", async () => {
  browser.endpoint = browser.next;

  await mendPush();

  expect(server).toEqual({ endpoint: browser.next, asked: ["put"] });
});

test("one that the browser took away, or that is for another key, is asked for again", async () => {
  for (const lost of [{ endpoint: null }, { key: "BOld" }]) {
    Object.assign(browser, { endpoint: OLD }, lost);
    Object.assign(server, { endpoint: OLD, asked: [] });

    await mendPush();

    expect(server).toEqual({ endpoint: browser.next, asked: ["put"] });
  }
});

test("where the server forgot an address that was gone, whoever wanted to be told is opted in again", async () => {
  server.endpoint = null;

  await mendPush();

  expect(server).toEqual({ endpoint: OLD, asked: ["put"] });
});

test("whoever switched it off, or never on, stays out, and somebody else's wish is not theirs", async () => {
  server.endpoint = null;
  for (const wish of ["7 off", "8 on", ""]) {
    kept.set("payshift.push", wish);
    await mendPush();
  }

  expect(server.asked).toEqual([]);
});

test("whoever took the right back in the browser's settings is opted out", async () => {
  browser.permission = "denied";

  await mendPush();
  await mendPush();

  expect(server).toEqual({ endpoint: null, asked: ["delete"] });
});

test("the service worker subscribes again where the browser did not, and calls the windows that are open", async () => {
  const heard = new Map<string, (event: object) => void>();
  const postMessage = vi.fn();
  vi.stubGlobal("__PAYSHIFT_FILES__", { release: "1", shell: [] });
  vi.stubGlobal("addEventListener", (kind: string, handler: (event: object) => void) => heard.set(kind, handler));
  vi.stubGlobal("registration", { pushManager });
  vi.stubGlobal("clients", { matchAll: async () => [{ postMessage }] });
  await import("../src/sw.ts");

  const done: Promise<void>[] = [];
  const waitUntil = (work: Promise<void>) => done.push(work);
  heard.get("pushsubscriptionchange")?.({ waitUntil, oldSubscription: subscription(OLD), newSubscription: null });
  await Promise.all(done);

  expect(browser.endpoint).toBe(browser.next);
  const { PUSH_CHANGED } = await import("../src/api/push-kept.ts");
  expect(postMessage.mock.calls).toEqual([[PUSH_CHANGED]]);
});
