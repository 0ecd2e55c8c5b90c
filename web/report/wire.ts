/** What really goes over the wire, the service worker's part included: a proxy that counts, in front of the instance. */

import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export type Wire = { url: string; take: () => { requests: number; bytes: number }; close: () => void };

/** `take` hands over what was counted since it was last called: requests, and the bytes of their answers with headers. */
export async function wireTo(target: string): Promise<Wire> {
  let counted = { requests: 0, bytes: 0 };
  const server = createServer((asked, answer) => {
    counted.requests += 1;
    const to = new URL(asked.url ?? "/", target);
    const passed = request(to, { method: asked.method, headers: asked.headers }, (came) => {
      counted.bytes += came.rawHeaders.join("12").length;
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
    close: () => void server.close(),
  };
}
