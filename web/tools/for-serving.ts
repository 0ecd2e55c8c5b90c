/** What the server needs of a build, beside the files that it sends as they are. */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const COMPRESSED = /\.(js|css|svg|json|webmanifest)$/;
const WORTH_BYTES = 1024;
/** Sent first: `src/app/early.ts` and what it needs. */
const EARLY = "early";

/** `dist/root/` is sent file by file. Beside it: `index.html`, which is sent with headers of its own, the paths that it
    answers for, and which chunk needs which. */
export function forServing(): Plugin {
  return {
    name: "payshift-for-serving",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle = {} }) {
        const early = Object.values(bundle).find((file) => file.type === "chunk" && file.name === EARLY);
        if (!early) throw new Error(`The build has no chunk "${EARLY}": tools/chunks.ts says what is in it`);
        // `async`: it runs as soon as it is there, and waits for no other.
        const attrs = { type: "module", async: true, crossorigin: true, fetchpriority: "high", src: `/${early.fileName}` };
        return [{ tag: "script", attrs, injectTo: "head-prepend" }];
      },
    },
    // Not `closeBundle`: that is called after a build that failed too, and what it throws is then said in place of why.
    writeBundle() {
      fillServiceWorker();
      compress("dist/root");
      renameSync("dist/root/.vite/manifest.json", "dist/manifest.json");
      rmSync("dist/root/.vite", { recursive: true });
      renameSync("dist/root/index.html", "dist/index.html");
      mkdirSync("dist", { recursive: true });
      writeFileSync("dist/routes.json", JSON.stringify(paths(), null, 1));
    },
  };
}

type Chunk = { file: string; imports?: string[]; css?: string[] };

/** The screens that must open without a network, with all that they need. */
const OFFLINE = [
  "index.html",
  "src/ui/second-tap.ts",
  "src/features/home/worker-home.tsx",
  "src/features/shifts/shifts.tsx",
  "src/features/shifts/shift.tsx",
  "src/features/jobs/job.tsx",
  "src/features/wallet/wallet.tsx",
  "src/features/auth/login.tsx",
];

function fillServiceWorker(): void {
  const chunks = JSON.parse(readFileSync("dist/root/.vite/manifest.json", "utf8")) as Record<string, Chunk>;
  const shell = new Set(["/icon.svg", "/app.webmanifest"]);
  const add = (name: string): void => {
    const chunk = chunks[name];
    if (!chunk) throw new Error(`${name} is not in the build: tools/for-serving.ts names the screens that work offline`);
    if (shell.has(`/${chunk.file}`)) return;
    shell.add(`/${chunk.file}`);
    for (const file of chunk.css ?? []) shell.add(`/${file}`);
    for (const other of chunk.imports ?? []) add(other);
  };
  for (const name of OFFLINE) add(name);
  const page = readFileSync("dist/root/index.html");
  const release = createHash("sha256").update(page).update(JSON.stringify([...shell])).digest("hex").slice(0, 16);
  const worker = readFileSync("dist/root/sw.js", "utf8");
  const files = JSON.stringify({ release, shell: [...shell] });
  writeFileSync("dist/root/sw.js", `const __PAYSHIFT_FILES__=${files};\n${worker}`);
}

function compress(directory: string): void {
  for (const file of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (!file.isFile() || !COMPRESSED.test(basename(path))) continue;
    const bytes = readFileSync(path);
    if (bytes.length < WORTH_BYTES) continue;
    writeFileSync(`${path}.br`, brotliCompressSync(bytes));
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

/** The paths of all screens, from where they are registered: each is written whole, none is put together. */
export function paths(): string[] {
  const directory = "src/app/routes";
  const found = readdirSync(directory).flatMap((name) =>
    [...readFileSync(join(directory, name), "utf8").matchAll(/\bpath: "(\/[^"]*)"/g)].map((match) => match[1] ?? ""),
  );
  return [...new Set(found)].sort();
}
