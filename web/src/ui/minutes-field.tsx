import { type ComponentProps, useState } from "react";
import { Field } from "./field";
import { uiWords } from "./ui-words";
import { useWords } from "./words";

type Props = Omit<ComponentProps<typeof Field>, "name" | "type" | "value" | "onChange"> & {
  least: number;
  most: number;
};

/** A number of minutes, with what it is in hours beside it while it is typed. */
export function MinutesField({ least, most, defaultValue = "", ...field }: Props) {
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
      onChange={(event) => setTyped(event.target.value)}
      hint={
        <>
          {words.atMost(most, shown(most))}
          {typed && Number.isInteger(minutes) && <span aria-live="polite"> = {shown(minutes)}</span>}
        </>
      }
    />
  );
}
