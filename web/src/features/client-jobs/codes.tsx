import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { clientJobQuery } from "@/api/queries/client-jobs";
import { Empty } from "@/ui/empty";
import { ShiftTime } from "@/ui/moment";
import { Card, Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { useWords } from "@/ui/words";
import { clientJobWords } from "./words";

const route = getRouteApi("/members/clients/client/jobs/$jobId/codes");

/** To hold up at a gate: the code of the shift that runs or comes next, as large as the screen takes it. */
export function Codes() {
  const words = useWords(clientJobWords);
  const { jobId } = route.useParams();
  const { data } = useQuery(clientJobQuery(jobId));
  const now = Date.now();
  const ahead = data?.job.shifts.filter((shift) => !shift.canceled_at && Date.parse(shift.ends_at) > now) ?? [];
  return (
    <Page title={words.codesTitle} wide>
      <p className="text-soft">{words.codesText}</p>
      {!data && <Skeleton rows={1} height="h-48" />}
      {data && ahead.length === 0 && <Empty title={words.codesNone} />}
      {ahead.map((shift, place) => (
        <Card key={shift.id} className="grid justify-items-center gap-2 text-center">
          <p className="text-lg">
            <ShiftTime startsAt={shift.starts_at} endsAt={shift.ends_at} zone={data?.job.time_zone ?? ""} />
          </p>
          <p
            className={`whitespace-nowrap font-bold leading-none tabular-nums ${place === 0 ? "text-code" : "text-3xl"}`}
          >
            {shift.on_site_code}
          </p>
        </Card>
      ))}
    </Page>
  );
}
