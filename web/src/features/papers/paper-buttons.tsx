import { useMutation } from "@tanstack/react-query";
import type { PaperLink } from "@/api/queries/papers";
import { Button } from "@/ui/button";
import { useWords } from "@/ui/words";
import { papersWords } from "./words";

type File = "page_url" | "pdf_url" | "csv_url";

/** Open a paper in a tab of its own, or save it as a file. `about` tells one row of buttons from the next. */
export function PaperButtons({
  link,
  about,
  csv = false,
}: {
  link: () => Promise<PaperLink>;
  about: string;
  csv?: boolean;
}) {
  const words = useWords(papersWords);
  const opening = useMutation({
    mutationFn: async (file: File) => {
      // Before the server is asked: later the browser would take it for a tab that nobody wanted.
      const tab = file === "page_url" ? window.open("", "_blank") : null;
      try {
        const address = (await link())[file];
        if (!address) throw new Error(`no ${file}`);
        if (tab) tab.location.replace(address);
        else window.location.assign(address);
      } catch (error) {
        tab?.close();
        throw error;
      }
    },
  });
  const files: [File, string][] = [
    ["page_url", words.open],
    ["pdf_url", words.pdf],
    ...(csv ? [["csv_url", words.csv] as [File, string]] : []),
  ];
  return (
    <div className="flex flex-wrap gap-3">
      {files.map(([file, name]) => (
        <Button
          key={file}
          aria-label={`${name}: ${about}`}
          busy={opening.isPending && opening.variables === file}
          onClick={() => opening.mutate(file)}
        >
          {name}
        </Button>
      ))}
    </div>
  );
}
