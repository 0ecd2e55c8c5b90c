import type { BestApplicant } from "@/api/queries/client-jobs";
import { Tag } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { clientJobWords } from "./words";

/** The most points of each part: docs/api.md, "Rankings". */
const MOST: Record<keyof BestApplicant["score_parts"], number> = {
  rating: 25,
  reliability: 25,
  distance: 15,
  experience: 15,
  skills: 10,
  availability: 10,
};

/** Why somebody ranks where they rank: each part of the score, against the most it can be. */
export function Score({ ranked }: { ranked: BestApplicant }) {
  const words = useWords(clientJobWords);
  return (
    <details className="rounded-md bg-paper px-3">
      <summary className="flex min-h-12 flex-wrap items-center justify-between gap-2 font-medium">
        <span>{words.score(ranked.score.toFixed(1))}</span>
        {ranked.available ? (
          <span className="text-action underline">{words.why}</span>
        ) : (
          <Tag tone="wait">{words.busy}</Tag>
        )}
      </summary>
      <dl className="grid grid-cols-[max-content_1fr_max-content] items-center gap-x-3 gap-y-2 pb-3">
        {Object.entries(MOST).map(([part, most]) => {
          const points = ranked.score_parts[part as keyof typeof MOST];
          return (
            <div key={part} className="contents">
              <dt>{words.parts[part as keyof typeof MOST]}</dt>
              <dd>
                <meter value={points} max={most} aria-hidden="true" className="w-full" />
              </dd>
              <dd className="text-end tabular-nums">
                {points.toFixed(1)} / {most}
              </dd>
            </div>
          );
        })}
      </dl>
    </details>
  );
}
