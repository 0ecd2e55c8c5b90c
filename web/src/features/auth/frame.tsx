import type { ReactNode } from "react";
import { brand } from "@/ui/brand";
import { LanguageChoice } from "@/ui/language-choice";
import { Page } from "@/ui/page";
import { useWords } from "@/ui/words";
import { authWords } from "./words";

/** The screens before the log-in: one column, the name on top. */
export function AuthFrame({ title, children }: { title: string; children: ReactNode }) {
  const words = useWords(authWords);
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-md content-start gap-2 py-4 md:py-12">
      <div className="flex items-center gap-3 px-4">
        <img src={brand().logo} alt="" className="size-12" />
        <div>
          <p className="text-lg font-bold">{brand().name}</p>
          <p className="text-soft">{words.promise}</p>
        </div>
      </div>
      <Page title={title}>{children}</Page>
      <div className="px-4">
        <LanguageChoice />
      </div>
    </main>
  );
}
