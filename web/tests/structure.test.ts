import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const LAYERS = ["ui", "api", "features", "app"] as const;

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
  .map((name) => ({ name, text: readFileSync(join("src", name), "utf8") }));

function layer(path: string): number {
  return LAYERS.findIndex((name) => path.startsWith(`${name}/`));
}

/** What a file imports of the app's own, as paths below src/. */
function imports({ name, text }: { name: string; text: string }): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].flatMap(([, path = ""]) => {
    if (path.startsWith("@/")) return path.slice(2);
    return path.startsWith(".") ? normalize(join(dirname(name), path)) : [];
  });
}

test("imports go one way: ui <- api <- features <- app", () => {
  const wrong = files.flatMap((file) =>
    layer(file.name) < 0
      ? []
      : imports(file)
          .filter((path) => layer(path) > layer(file.name))
          .map((path) => `${file.name} imports ${path}`),
  );
  expect(wrong).toEqual([]);
  expect(files.length).toBeGreaterThan(60);
});

test("a file is read in one sitting", () => {
  expect(files.filter(({ text }) => text.split("\n").length > 300).map(({ name }) => name)).toEqual([]);
});

test("nothing of the API is ever set as HTML, and no token is stored", () => {
  const risky = /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/;
  expect(files.filter(({ text }) => risky.test(text)).map(({ name }) => name)).toEqual([]);
});

test("what is asked of the server is asked in one place: beside it are a refresh, the stream of hints and the files", () => {
  const asking = files
    .filter(({ text }) => /(?<![\w.])fetch\(|XMLHttpRequest|sendBeacon/.test(text))
    .map(({ name }) => name);

  expect(asking.sort()).toEqual(["api/client.ts", "api/events.ts", "api/session.ts", "sw.ts"]);
});

test("components hold no words: what people read is in the catalogues", () => {
  // On one line between two tags, or alone on its line inside of one. What is between braces is code.
  const text = />([A-Za-z][A-Za-z',.! ]{2,})<\/|^ {6,}([A-Z][a-z']+(?: [A-Za-z',]+)+[.!?]?)$/gm;
  const wrong = files
    .filter(({ name }) => name.endsWith(".tsx"))
    .flatMap(({ name, text: code }) => [...code.matchAll(text)].map((match) => `${name}: ${match[0]}`));
  expect(wrong).toEqual([]);
});

test("a step that asks first is asked by one frame: no screen opens a dialog of its own for it", () => {
  const own = files.filter((file) => imports(file).includes("ui/dialog")).map(({ name }) => name);

  // A search chooses among what is there already: it has nothing to send.
  expect(own.sort()).toEqual(["api/step.tsx", "features/jobs/search.tsx", "ui/confirmed.tsx"]);
});
