import { expect, test } from "vitest";
import { hintsIn } from "../src/api/events.ts";

test("a stream is cut anywhere, and its hints come out whole", () => {
  const one = { about: "application", id: 7 };
  const two = { about: "notifications", id: null };
  const sent = `:\n\ndata: ${JSON.stringify(one)}\n\n:\n\ndata: ${JSON.stringify(two)}\n\n`;

  for (let cut = 0; cut <= sent.length; cut += 1) {
    const [first, rest] = hintsIn(sent.slice(0, cut));
    const [second, left] = hintsIn(rest + sent.slice(cut));
    expect([...first, ...second, left]).toEqual([one, two, ""]);
  }
});
