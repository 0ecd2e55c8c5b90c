import { useEffect, useRef, useState } from "react";
import { Field } from "@/ui/field";
import { useWords } from "@/ui/words";
import { jobWords } from "./words";

const PAUSE_MS = 350;

/** Words to look for. Asked after a pause in typing: each letter would be a request on somebody's data plan. */
export function SearchText({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const words = useWords(jobWords);
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const change = useRef(onChange);
  change.current = onChange;
  const path = useRef(location.pathname);
  useEffect(() => {
    // The address changed by itself, for example by going back.
    if (value !== told.current) setTyped(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    if (typed.trim() === told.current) return;
    const timer = setTimeout(() => {
      // Somebody typed and went on: while the file of the next screen is on its way, this one is still there.
      if (location.pathname !== path.current) return;
      told.current = typed.trim();
      change.current(typed.trim());
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Field
      name="q"
      type="search"
      label={words.text}
      hint={words.textHint}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      maxLength={200}
      enterKeyHint="search"
    />
  );
}
