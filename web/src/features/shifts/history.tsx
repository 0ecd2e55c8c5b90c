import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { historyQuery } from "@/api/queries/assignments";
import type { Assignment } from "@/api/types";
import { Minutes, Moment } from "@/ui/moment";
import { Card } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { useWords } from "@/ui/words";
import { correctionWords } from "./correction-words";

/** When somebody was there, and who put what right. Asked for when it is opened. */
export function History({ shift }: { shift: Assignment }) {
  const words = useWords(correctionWords);
  const [open, setOpen] = useState(false);
  return (
    <Card>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="leading-8 font-medium text-action">{words.history}</summary>
        {open && <Rows shift={shift} />}
      </details>
    </Card>
  );
}

function Rows({ shift }: { shift: Assignment }) {
  const words = useWords(correctionWords);
  const { data } = useQuery(historyQuery(shift.id));
  const zone = shift.job.time_zone;
  if (!data) return <Skeleton rows={2} height="h-8" />;
  if (data.spells.length + data.corrections.length === 0) return <p className="pt-3 text-soft">{words.nothingYet}</p>;
  return (
    <div className="grid gap-4 pt-3">
      <ul className="grid gap-1">
        {data.spells.map((spell) => (
          <li key={spell.started_at}>
            {words.there} <Moment at={spell.started_at} zone={zone} /> –{" "}
            {spell.ended_at ? <Moment at={spell.ended_at} zone={zone} /> : words.still}
          </li>
        ))}
      </ul>
      <ol className="grid gap-3">
        {data.corrections.map((one) => (
          <li key={`${one.created_at}${one.correction}`} className="border-s-4 border-line ps-3">
            <p className="font-medium">{words.correction[one.correction]}</p>
            <p className="text-sm text-soft">
              {words.by[one.by]}, <Moment at={one.created_at} zone={zone} />
            </p>
            {one.minutes_after !== null && (
              <p>
                {one.minutes_before !== null && (
                  <>
                    <Minutes minutes={one.minutes_before} /> →{" "}
                  </>
                )}
                <Minutes minutes={one.minutes_after} />
              </p>
            )}
            {one.reason && <p>“{one.reason}”</p>}
          </li>
        ))}
      </ol>
    </div>
  );
}
