import type { walletWords } from "./words";

/** A kind of movement in words; one that the app does not know yet is shown as "other" and never as a code. */
export function kindWord(
  words: { kind: Readonly<Record<keyof typeof walletWords.en.kind, string>> },
  kind: string,
): string {
  const known: Readonly<Record<string, string>> = words.kind;
  return known[kind] ?? words.kind.other;
}
