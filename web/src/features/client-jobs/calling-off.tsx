import { useQuery, useQueryClient } from "@tanstack/react-query";
import { attendanceDecided } from "@/api/queries/approving";
import { cancelShift, clientJobChanged, type OwnedJob } from "@/api/queries/client-jobs";
import { configQuery } from "@/api/queries/config";
import { Step } from "@/api/step";
import type { Assignment } from "@/api/types";
import { money } from "@/ui/format";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { clientJobWords } from "./words";

const HOUR_MS = 3600_000;

type Shift = OwnedJob["shifts"][number];
type Props = { job: OwnedJob; shift: Shift; coming: readonly Assignment[] };

/** One shift of several, ahead and not called off; what it costs is said before. */
export function CallingOff({ job, shift, coming }: Props) {
  const words = useWords(clientJobWords);
  const queries = useQueryClient();
  return (
    <div>
      <Step
        label={words.callOff}
        title={words.callOffTitle}
        yes={words.callOffConfirm}
        yesLook="harm"
        send={() => cancelShift(job.id, shift.id)}
        done={() => toast(words.calledOff, "gain")}
        settled={() => Promise.all([clientJobChanged(queries, job.id), attendanceDecided(queries)])}
      >
        <Cost startsAt={shift.starts_at} coming={coming} />
        <p>{words.callOffBack}</p>
      </Step>
    </div>
  );
}

function Cost({ startsAt, coming }: { startsAt: string; coming: readonly Assignment[] }) {
  const words = useWords(clientJobWords);
  const { data: rules } = useQuery(configQuery());
  if (!rules) return null;
  const near = Date.parse(startsAt) - Date.now() < rules.free_cancel_hours * HOUR_MS;
  const shares = coming.map((one) => Math.round((one.wage_kobo * rules.late_cancel_compensation_bps) / 10_000));
  const sum = near ? shares.reduce((total, share) => total + share, 0) : 0;
  return <p>{sum > 0 ? words.callOffCost(money(sum)) : words.callOffFree}</p>;
}

/** Whether the server lets it be called off, as far as this screen knows. */
export function canCallOff({
  job,
  shift,
  here,
}: {
  job: OwnedJob;
  shift: Shift;
  here: readonly Assignment[];
}): boolean {
  const live = job.shifts.filter((one) => !one.canceled_at);
  const runs = (job.status === "upcoming" || job.status === "ongoing") && !job.canceled_at;
  const ahead = !shift.canceled_at && Date.parse(shift.starts_at) > Date.now();
  // Whoever checked in early is there already.
  const nobodyThere = here.every((one) => one.status === "scheduled" || one.status === "canceled");
  return runs && live.length > 1 && ahead && nobodyThere;
}
