import { chooseLanguage, LANGUAGES, type Language } from "./language";
import { useLanguage } from "./words";

/** Each language in its own words, so that whoever needs it can read it. */
export function LanguageChoice() {
  const chosen = useLanguage();
  return (
    <div className="flex flex-wrap gap-2">
      {(Object.keys(LANGUAGES) as Language[]).map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={language === chosen}
          onClick={() => void chooseLanguage(language)}
          className="min-h-10 rounded-md px-3 text-sm text-soft underline aria-pressed:font-medium aria-pressed:text-ink aria-pressed:no-underline"
        >
          {LANGUAGES[language]}
        </button>
      ))}
    </div>
  );
}
