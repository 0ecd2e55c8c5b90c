import type { Terms } from "@/api/queries/posting";
import { Check, Select } from "@/ui/field";
import { useWords } from "@/ui/words";
import { postingWords } from "./words";

const TIMES = [1, 2, 3, 5, 10];
const POINTS = [60, 70, 80, 90];

type Rule = Pick<Terms, "accept_favourites" | "accept_worked_times" | "accept_score_at_least">;

/** Whom the job takes on without asking its client each time: folded until somebody wants it, as most never do. */
export function AcceptAtOnce({ start }: { start: Partial<Rule> }) {
  const words = useWords(postingWords);
  const chosen = start.accept_favourites || start.accept_worked_times || start.accept_score_at_least;
  return (
    <details open={Boolean(chosen)}>
      <summary className="min-h-12 content-center text-lg font-medium">{words.atOnce}</summary>
      <div className="grid gap-3 pt-3">
        <p className="text-soft">{words.atOnceText}</p>
        <Check
          name="accept_favourites"
          label={words.atOnceFavourites}
          defaultChecked={start.accept_favourites ?? false}
        />
        <p className="text-soft">{words.atOnceOthers}</p>
        <Bound
          name="accept_worked_times"
          label={words.atOnceWorked}
          usual={TIMES}
          chosen={start.accept_worked_times}
          say={words.atOnceTimes}
        />
        <Bound
          name="accept_score_at_least"
          label={words.atOnceScore}
          hint={words.atOnceScoreHint}
          usual={POINTS}
          chosen={start.accept_score_at_least}
          say={words.atOncePoints}
        />
      </div>
    </details>
  );
}

/** The usual numbers, and the one that was chosen elsewhere. */
function Bound({
  usual,
  chosen,
  say,
  ...select
}: {
  name: string;
  label: string;
  hint?: string;
  usual: number[];
  chosen: number | null | undefined;
  say: (bound: number) => string;
}) {
  const words = useWords(postingWords);
  const bounds = [...new Set(chosen ? [...usual, chosen] : usual)].sort((one, other) => one - other);
  return (
    <Select {...select} defaultValue={chosen ?? ""}>
      <option value="">{words.atOnceAny}</option>
      {bounds.map((bound) => (
        <option key={bound} value={bound}>
          {say(bound)}
        </option>
      ))}
    </Select>
  );
}

/** What was chosen, from the fields of the form. */
export function acceptedAtOnce(fields: FormData): Rule {
  return {
    accept_favourites: fields.has("accept_favourites"),
    accept_worked_times: Number(fields.get("accept_worked_times")) || null,
    accept_score_at_least: Number(fields.get("accept_score_at_least")) || null,
  };
}
