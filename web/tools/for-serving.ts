/** What the server needs of a build, beside the files that it sends as they are. */

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const COMPRESSED = /\.(js|css|svg|json|webmanifest)$/;
const WORTH_BYTES = 1024;

/** `dist/root/` is sent file by file. Beside it: `index.html`, which is sent with headers of its own, the paths that it
    answers for, and which chunk needs which. */
export function forServing(): Plugin {
  return {
    name: "payshift-for-serving",
    apply: "build",
    closeBundle() {
      compress("dist/root");
      renameSync("dist/root/.vite/manifest.json", "dist/manifest.json");
      rmSync("dist/root/.vite", { recursive: true });
      renameSync("dist/root/index.html", "dist/index.html");
      mkdirSync("dist", { recursive: true });
      writeFileSync("dist/routes.json", JSON.stringify(paths(), null, 1));
    },
  };
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
