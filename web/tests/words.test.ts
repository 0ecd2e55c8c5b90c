import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

const catalogues = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.tsx?$/.test(name) && / = catalogue\(\{/.test(readFileSync(join("src", name), "utf8")),
);

test("every catalogue is in Pidgin, beside the English or apart", () => {
  const missing = catalogues.filter((name) => {
    const beside = readFileSync(join("src", name), "utf8").includes("\n  pcm: {");
    const apart = readdirSync(join("src", name, "..")).includes(`${name.split("/").at(-1)?.slice(0, -3)}.pcm.ts`);
    return !beside && !apart;
  });

  expect(missing).toEqual([]);
  expect(catalogues.length).toBeGreaterThan(20);
});

test("Pidgin is spelled and named in one way, that of docs/web.md", () => {
  const other = /\b(commot|quarrel|dispute|agree|them|neva|tok|pipo|di|dis|dat)\b/i;
  const wrong = catalogues
    .flatMap((name) => [name, name.replace(/\.ts$/, ".pcm.ts")])
    .concat("api/problems.pcm.ts", "push-words.ts")
    .filter((name) => existsSync(join("src", name)))
    .flatMap((name) => {
      const text = readFileSync(join("src", name), "utf8");
      const pidgin = name.includes(".pcm.") ? text : text.slice(Math.max(0, text.indexOf("\n  pcm: {")));
      const said = pidgin.slice(0, /\n};/.exec(pidgin)?.index).match(/["`][^"`\n]*["`]/g) ?? [];
      return /\n {2}pcm: \{/.test(text) || name.includes(".pcm.") ? said.filter((one) => other.test(one)) : [];
    });

  expect(wrong).toEqual([]);
});

test("the first screen's Pidgin is all in the one file that whoever chose it loads", () => {
  const apart = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith("words.pcm.ts") && !name.includes("first-words"),
  );
  const loaded = readFileSync("src/app/first-words.pcm.ts", "utf8");
  const named = apart.map((name) => (name.startsWith("app/") ? `./${name.slice(4)}` : `@/${name}`).slice(0, -3));

  expect(named.filter((path) => !loaded.includes(`"${path}"`))).toEqual([]);
  expect(apart.length).toBeGreaterThan(3);
});

test("a language is loaded before anything is said in it, and English stands where it cannot be had", async () => {
  vi.resetModules();
  vi.stubGlobal("document", { documentElement: {} });
  const { catalogue, chooseLanguage, language, loadLanguage, translate, wordsNow } = await import(
    "../src/ui/language.ts"
  );
  const said = catalogue({ en: { hello: "Hello" } });
  await loadLanguage({ pcm: () => Promise.reject(new Error("no network")) });
  await chooseLanguage("pcm");
  expect([language(), wordsNow(said).hello]).toEqual(["pcm", "Hello"]);
  await chooseLanguage("en");

  let saidThen = "";
  await loadLanguage({
    pcm: async () => {
      saidThen = language();
      translate(said, "pcm", { hello: "How far" });
    },
  });
  await chooseLanguage("pcm");

  expect([saidThen, wordsNow(said).hello]).toEqual(["en", "How far"]);
  vi.unstubAllGlobals();
});
