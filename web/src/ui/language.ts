/** Words of the screens, one catalogue per subject, typed: the second language has exactly the keys of the first.

    A catalogue is written beside the screens that use it (`features/x/words.ts`), so that its words travel with them.
    What the first screen says is apart by language (`words.pcm.ts`): it is loaded by whoever chose that one. */

export const LANGUAGES = { en: "English", pcm: "Naijá (Pidgin)" } as const;
export type Language = keyof typeof LANGUAGES;

type Words = { [key: string]: Word };
// `any` inside a parameter list would lose the arguments' types; a union of what words are made of keeps them.
type Word = string | ((...values: never[]) => string) | Words;
/** The same keys and the same arguments, in other words. */
type Same<T> = T extends (...values: infer V) => string
  ? (...values: V) => string
  : T extends string
    ? string
    : { [K in keyof T]: Same<T[K]> };

/** English is whole; what another language has not got yet is read in English. */
export type Catalogue<T> = { en: T } & { [L in Exclude<Language, "en">]?: Same<T> };

export function catalogue<const T extends Words>(words: Catalogue<T>): Catalogue<T> {
  return words;
}

/** Add a language to a catalogue that is written in English alone. */
export function translate<T>(words: Catalogue<T>, to: Exclude<Language, "en">, others: Same<T>): void {
  Object.assign(words, { [to]: others });
}

const KEPT = "payshift.language";
const listeners = new Set<() => void>();
let chosen: Language = kept();

function kept(): Language {
  try {
    const code = localStorage.getItem(KEPT) ?? "";
    return Object.hasOwn(LANGUAGES, code) ? (code as Language) : "en";
  } catch {
    return "en"; // storage is closed to us: the choice lasts as long as the page
  }
}

export function language(): Language {
  return chosen;
}

/** What the first screen says in each language but English, as the app loads it. */
type Loaders = Record<Exclude<Language, "en">, () => Promise<unknown>>;
let loaders: Partial<Loaders> = {};

/** Have the words of the language that was chosen on an earlier visit. Where they cannot be had, English stands for them. */
export async function loadLanguage(known: Loaders): Promise<void> {
  loaders = known;
  await load(chosen);
}

async function load(wanted: Language): Promise<void> {
  if (wanted !== "en") await loaders[wanted]?.().catch(() => undefined);
}

export async function chooseLanguage(next: Language): Promise<void> {
  await load(next);
  chosen = next;
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // As above.
  }
  document.documentElement.lang = next;
  void keepForWorker();
  for (const listener of listeners) listener();
}

/** The service worker reads no localStorage, and speaks while the app is closed. */
export async function keepForWorker(): Promise<void> {
  try {
    await (await caches.open("language")).put("/language", new Response(chosen));
  } catch {
    // No caches here: then there is no worker that speaks, either.
  }
}

export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** For code outside components: the words at this moment. */
export function wordsNow<T>(words: Catalogue<T>): T {
  return (words[chosen] ?? words.en) as T;
}
