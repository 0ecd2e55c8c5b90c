import { useState } from "react";
import type { Terms } from "@/api/queries/posting";
import { Check, Field } from "@/ui/field";
import { Section } from "@/ui/page";
import { useWords } from "@/ui/words";
import { postingWords } from "./words";

/** Days and hours, in the pickers of the device. */
export function Schedule({ start }: { start: Partial<Terms> }) {
  const words = useWords(postingWords);
  const [several, setSeveral] = useState(
    start.job_type === "multiple_days" || Boolean(start.end_date && start.end_date !== start.date),
  );
  const [first, setFirst] = useState(start.date ?? "");
  const [hours, setHours] = useState<readonly [string, string]>([start.start_time ?? "", start.end_time ?? ""]);
  const [from, to] = hours;
  return (
    <Section title={words.when}>
      <div className="grid gap-4 md:grid-cols-2">
        <Field
          name="date"
          type="date"
          label={several ? words.firstDay : words.date}
          required
          value={first}
          onChange={(event) => setFirst(event.target.value)}
        />
        {several && (
          <Field
            name="end_date"
            type="date"
            label={words.lastDay}
            required
            min={first}
            defaultValue={start.end_date ?? ""}
          />
        )}
      </div>
      <Check
        name="several"
        label={words.severalDays}
        checked={several}
        onChange={(event) => setSeveral(event.target.checked)}
      />
      {several && <Weekdays chosen={start.weekdays ?? []} />}
      <div className="grid grid-cols-2 gap-4">
        <Field
          name="start_time"
          type="time"
          label={words.from}
          required
          value={from}
          onChange={(event) => setHours([event.target.value, to])}
        />
        <Field
          name="end_time"
          type="time"
          label={words.to}
          hint={from && to && to < from ? words.overnight : undefined}
          required
          value={to}
          onChange={(event) => setHours([from, event.target.value])}
        />
      </div>
      <Field
        name="break_minutes"
        type="number"
        inputMode="numeric"
        min={0}
        max={240}
        label={words.pause}
        hint={words.pauseHint}
        defaultValue={start.break_minutes || ""}
      />
    </Section>
  );
}

/** Numbered as the API does: Monday is 0. */
function Weekdays({ chosen }: { chosen: readonly number[] }) {
  const words = useWords(postingWords);
  return (
    <fieldset className="grid gap-2">
      <legend className="font-medium">{words.weekdays}</legend>
      <p className="text-sm text-soft">{words.weekdaysHint}</p>
      <div className="flex flex-wrap gap-2">
        {Object.entries(words.days).map(([number, name]) => (
          <label
            key={number}
            className="flex min-h-12 items-center gap-2 rounded-md border border-edge bg-card px-3 has-checked:border-action has-checked:bg-action-tint"
          >
            <input
              type="checkbox"
              name="weekdays"
              value={number}
              defaultChecked={chosen.includes(Number(number))}
              className="size-5 accent-action"
            />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
