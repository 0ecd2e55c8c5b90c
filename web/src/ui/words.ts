/** The words of the screens for React: drawn anew when another language is chosen. What is not drawn has them from
    `language.ts`, which needs no React and so is there before it. */

import { useSyncExternalStore } from "react";
import { type Catalogue, type Language, language, onLanguage } from "./language";

export function useLanguage(): Language {
  return useSyncExternalStore(onLanguage, language);
}

export function useWords<T>(words: Catalogue<T>): T {
  return (words[useLanguage()] ?? words.en) as T;
}
