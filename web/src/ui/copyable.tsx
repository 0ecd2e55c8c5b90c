import { Button } from "./button";
import { toast } from "./toast";
import { uiWords } from "./ui-words";
import { useWords } from "./words";

export function CopyButton({ text }: { text: string }) {
  const words = useWords(uiWords);
  return (
    <Button onClick={() => void navigator.clipboard.writeText(text).then(() => toast(words.copied, "gain"))}>
      {words.copy}
    </Button>
  );
}

/** Something long to take elsewhere: it can be selected, and copied by a button. */
export function Copyable({ text, label }: { text: string; label: string }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <input
        readOnly
        aria-label={label}
        value={text}
        onFocus={(event) => event.target.select()}
        className="min-h-12 min-w-0 grow rounded-md border border-edge bg-card px-3"
      />
      <CopyButton text={text} />
    </div>
  );
}
