/** What really goes over the wire, the service worker's part included: a proxy that counts, in front of the instance. */

import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

const QUIET_MS = 500;

export type Wire = {
  url: string;
  /** What was counted since it was last called: requests, and the bytes of their answers with headers. */
  take: () => { requests: number; bytes: number };
  /** Until nothing is under way any more, and nothing came after it. Not the browser's "networkidle": a stream of hints
      never ends, so that where it is opened early that moment never comes. */
  quiet: () => Promise<void>;
  close: () => void;
};

export async function wireTo(target: string): Promise<Wire> {
  let counted = { requests: 0, bytes: 0 };
  const underWay = new Set<object>();
  let last = Date.now();
  const server = createServer((asked, answer) => {
    counted.requests += 1;
    underWay.add(answer);
    const ended = () => {
      underWay.delete(answer);
      last = Date.now();
    };
    answer.on("close", ended);
    const to = new URL(asked.url ?? "/", target);
    const passed = request(to, { method: asked.method, headers: asked.headers }, (came) => {
      counted.bytes += came.rawHeaders.join("12").length;
      if (came.headers["content-type"]?.startsWith("text/event-stream")) ended();
      came.on("data", (part: Buffer) => {
        counted.bytes += part.length;
      });
      answer.writeHead(came.statusCode ?? 502, came.headers);
      came.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const since = counted;
      counted = { requests: 0, bytes: 0 };
      return since;
    },
    async quiet() {
      while (underWay.size > 0 || Date.now() - last < QUIET_MS) await setTimeout(50);
    },
    close: () => void server.close(),
  };
}
