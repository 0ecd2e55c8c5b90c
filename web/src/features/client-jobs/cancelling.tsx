import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ClientJob, cancelJob, clientJobChanged } from "@/api/queries/client-jobs";
import { configQuery } from "@/api/queries/config";
import { Step } from "@/api/step";
import { money } from "@/ui/format";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { clientJobWords } from "./words";

/** Cancelling, with what it costs said before. */
export function Cancelling({ whole }: { whole: ClientJob }) {
  const words = useWords(clientJobWords);
  const queries = useQueryClient();
  return (
    <Step
      label={words.cancel}
      look="harm"
      title={words.cancelTitle}
      yes={words.cancelConfirm}
      back={words.keep}
      send={() => cancelJob(whole.job.id)}
      done={() => toast(words.canceled, "gain")}
      settled={() => clientJobChanged(queries, whole.job.id)}
    >
      <Cost whole={whole} />
      <p>{words.cancelTell}</p>
    </Step>
  );
}

const HOUR_MS = 3600_000;

function Cost({ whole: { job, escrow, applications } }: { whole: ClientJob }) {
  const words = useWords(clientJobWords);
  const { data: rules } = useQuery(configQuery());
  if (!rules) return null;
  const now = Date.now();
  const live = job.shifts.filter((shift) => !shift.canceled_at);
  const ahead = live.filter((shift) => Date.parse(shift.starts_at) > now);
  const first = live[0];
  const hired = applications.filter((one) => one.status === "accepted").length;
  const near = first !== undefined && Date.parse(first.starts_at) - now < rules.free_cancel_hours * HOUR_MS;
  const wage = Math.round((job.rate_kobo * (ahead[0]?.minutes ?? 0)) / 60);
  const compensation = near ? Math.round((wage * rules.late_cancel_compensation_bps) / 10_000) * hired : 0;
  const back = Math.max(0, escrow.held_kobo - compensation);
  return (
    <>
      {compensation > 0 ? <p>{words.cancelCost(money(compensation), hired)}</p> : <p>{words.cancelFree}</p>}
      {ahead.length < live.length ? (
        <p>{words.cancelRunning}</p>
      ) : (
        escrow.held_kobo > 0 && <p>{words.cancelBack(money(back))}</p>
      )}
    </>
  );
}
