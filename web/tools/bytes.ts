/** What JavaScript each screen costs a browser that has nothing yet, in bytes as gzip sends them; from the build that is
    there. `node tools/bytes.ts` prints it and fails when a screen is over its bound. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const WEB = fileURLToPath(new URL("..", import.meta.url));
const KB = 1024;
/** The first screen of either role, on a cheap phone; and any other, opened from a link. */
const BOUNDS = { home: 120 * KB, other: 150 * KB };
const HOMES = { "/ (worker)": "src/features/home/worker-home.tsx", "/ (client)": "src/features/home/client-home.tsx" };

type Chunk = { file: string; imports?: string[] };
export type Screen = { path: string; bytes: number; own: number; bound: number };

export function screens(): Screen[] {
  const chunks = JSON.parse(readFileSync(join(WEB, "dist/manifest.json"), "utf8")) as Record<string, Chunk>;
  const sizes = new Map<string, number>();

  /** Files and their sizes: what this one needs before it runs. */
  function needs(name: string, into = new Map<string, number>()): Map<string, number> {
    const chunk = chunks[name];
    if (!chunk) throw new Error(`${name} is in the routes and not in the build`);
    if (into.has(chunk.file)) return into;
    const size = sizes.get(chunk.file) ?? gzipSync(readFileSync(join(WEB, "dist/root", chunk.file)), { level: 9 }).length;
    sizes.set(chunk.file, size);
    into.set(chunk.file, size);
    for (const other of chunk.imports ?? []) needs(other, into);
    return into;
  }

  const always = needs("index.html");
  return Object.entries({ ...HOMES, ...modules() }).map(([path, name]) => {
    const all = needs(name, new Map(always));
    const bytes = sum(all);
    return { path, bytes, own: bytes - sum(always), bound: path in HOMES ? BOUNDS.home : BOUNDS.other };
  });
}

function sum(files: Map<string, number>): number {
  return [...files.values()].reduce((total, size) => total + size, 0);
}

/** Path to the module that its screen is loaded from, as the routes name it. */
function modules(): Record<string, string> {
  const directory = join(WEB, "src/app/routes");
  const found = readdirSync(directory).flatMap((name) =>
    readFileSync(join(directory, name), "utf8")
      .split("createRoute(")
      .map((part) => [/\bpath: "(\/[^"]*)"/.exec(part)?.[1], /import\("@\/([^"]+)"\)/.exec(part)?.[1]] as const),
  );
  return Object.fromEntries(found.flatMap(([path, module]) => (path && module ? [[path, `src/${module}.tsx`]] : [])));
}

export function tooLarge(all: Screen[]): Screen[] {
  return all.filter(({ bytes, bound }) => bytes > bound);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = screens();
  for (const { path, bytes, own } of all.sort((one, other) => other.bytes - one.bytes)) {
    console.log(`${(bytes / KB).toFixed(1).padStart(6)} KB  ${(own / KB).toFixed(1).padStart(5)} of its own  ${path}`);
  }
  for (const { path, bytes, bound } of tooLarge(all)) {
    console.error(`${path} needs ${bytes} bytes of JavaScript; at most ${bound} are allowed (web/tools/bytes.ts)`);
    process.exitCode = 1;
  }
}
