import type { Terms } from "@/api/queries/posting";
import { Check, Select } from "@/ui/field";
import { Section } from "@/ui/page";
import { useWords } from "@/ui/words";
import { postingWords } from "./words";

const TIMES = [1, 2, 3, 5, 10];

/** Whom the job takes on without asking its client each time. */
export function AcceptAtOnce({ start }: { start: Pick<Partial<Terms>, "accept_favourites" | "accept_worked_times"> }) {
  const words = useWords(postingWords);
  const chosen = start.accept_worked_times ?? null;
  const times =
    chosen === null || TIMES.includes(chosen) ? TIMES : [...TIMES, chosen].sort((one, other) => one - other);
  return (
    <Section title={words.atOnce}>
      <p className="text-soft">{words.atOnceText}</p>
      <Check
        name="accept_favourites"
        label={words.atOnceFavourites}
        defaultChecked={start.accept_favourites ?? false}
      />
      <Select name="accept_worked_times" label={words.atOnceWorked} defaultValue={chosen ?? ""}>
        <option value="">{words.atOnceNobody}</option>
        {times.map((count) => (
          <option key={count} value={count}>
            {words.atOnceTimes(count)}
          </option>
        ))}
      </Select>
    </Section>
  );
}

/** What was chosen, from the fields of the form. */
export function acceptedAtOnce(fields: FormData): Pick<Terms, "accept_favourites" | "accept_worked_times"> {
  return {
    accept_favourites: fields.has("accept_favourites"),
    accept_worked_times: Number(fields.get("accept_worked_times")) || null,
  };
}
