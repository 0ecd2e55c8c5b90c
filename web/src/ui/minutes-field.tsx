import { type ComponentProps, useState } from "react";
import { Field } from "./field";
import { uiWords } from "./ui-words";
import { useWords } from "./words";

type Props = Omit<ComponentProps<typeof Field>, "name" | "type" | "value" | "onChange"> & {
  least: number;
  most: number;
  /** Told while it is typed; null for what is no number of minutes within the bounds. */
  onMinutes?: (minutes: number | null) => void;
};

/** A number of minutes, with what it is in hours beside it while it is typed. */
export function MinutesField({ least, most, onMinutes, defaultValue = "", ...field }: Props) {
  const words = useWords(uiWords);
  const [typed, setTyped] = useState(String(defaultValue));
  const shown = (minutes: number) => words.minutes(Math.floor(minutes / 60), minutes % 60);
  const minutes = Number(typed);
  return (
    <Field
      {...field}
      name="minutes"
      type="number"
      inputMode="numeric"
      min={least}
      max={most}
      required
      value={typed}
      onChange={(event) => {
        const text = event.target.value;
        const told = Number(text);
        setTyped(text);
        onMinutes?.(text && Number.isInteger(told) && told >= least && told <= most ? told : null);
      }}
      hint={
        <>
          {words.atMost(most, shown(most))}
          {typed && Number.isInteger(minutes) && <span aria-live="polite"> = {shown(minutes)}</span>}
        </>
      }
    />
  );
}
