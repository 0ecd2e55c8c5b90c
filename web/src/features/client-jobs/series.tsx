import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Form, text } from "@/api/form";
import type { OwnedJob } from "@/api/queries/client-jobs";
import { endSeries, seriesChanged, seriesQuery, startSeries, type Series as Whole } from "@/api/queries/series";
import { Step } from "@/api/step";
import { Confirmed } from "@/ui/confirmed";
import { Field } from "@/ui/field";
import { plainDay, plainDays } from "@/ui/format";
import { Card, Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Tag } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { seriesWords } from "./series-words";
import { JobTag } from "./status";

type Week = Whole["weeks"][number];

/** Makes the first of a series of a job that is of none. */
export function RepeatWeekly({ job }: { job: OwnedJob }) {
  const words = useWords(seriesWords);
  const queries = useQueryClient();
  return (
    <Confirmed label={words.repeat} title={words.repeatTitle}>
      {(close) => (
        <Form
          submit={words.repeatSend}
          send={(fields) => startSeries(job.id, text(fields, "until") || null)}
          done={async (series) => {
            close();
            toast(words.repeated, "gain");
            await seriesChanged(queries, series, job.id);
          }}
        >
          <p>{words.repeatText}</p>
          <Field name="until" type="date" label={words.until} hint={words.untilHint} optional />
        </Form>
      )}
    </Confirmed>
  );
}

/** The series that a job is of: its weeks ahead, and its end. */
export function Series({ id, job }: { id: number; job: OwnedJob }) {
  const words = useWords(seriesWords);
  const { data } = useQuery(seriesQuery(id));
  if (!data) return <Skeleton height="h-32" />;
  const { until } = data.series;
  return (
    <Section
      title={words.title}
      aside={<p className="text-soft">{until ? words.lasts(plainDay(until)) : words.withoutEnd}</p>}
    >
      <Card className="grid gap-4">
        <ul className="grid gap-2">
          {data.weeks
            .filter((week) => isShown(week, job))
            .map((week) => (
              <li key={week.number} className="flex flex-wrap items-center justify-between gap-2">
                <Days week={week} job={job} />
                {week.status ? <JobTag status={week.status} /> : <Tag tone="harm">{words.leftOut}</Tag>}
              </li>
            ))}
        </ul>
        <p className="text-soft">{data.next_date ? words.next(plainDay(data.next_date)) : words.last}</p>
        <Ending series={data} job={job} />
      </Card>
    </Section>
  );
}

/** What is over is in the list of jobs; this one is shown whenever it was. */
function isShown(week: Week, job: OwnedJob): boolean {
  return week.job_id === job.id || week.end_date >= new Date().toISOString().slice(0, 10);
}

function Days({ week, job }: { week: Week; job: OwnedJob }) {
  const words = useWords(seriesWords);
  const days = plainDays(week.date, week.end_date);
  const changed = week.changed && <span className="text-soft"> ({words.changed})</span>;
  if (week.job_id === null) return <span>{days}</span>;
  if (week.job_id === job.id) {
    return (
      <span>
        {days} · {words.thisOne}
        {changed}
      </span>
    );
  }
  return (
    <span>
      <Link to="/client/jobs/$jobId" params={{ jobId: week.job_id }} className="text-action underline">
        {days}
      </Link>
      {changed}
    </span>
  );
}

function Ending({ series, job }: { series: Whole; job: OwnedJob }) {
  const words = useWords(seriesWords);
  const queries = useQueryClient();
  return (
    <div>
      <Step
        label={words.end}
        title={words.endTitle}
        yes={words.endConfirm}
        yesLook="harm"
        send={() => endSeries(series.series.id)}
        done={() => toast(words.ended, "gain")}
        settled={() => seriesChanged(queries, series, job.id)}
      >
        <p>{words.endText}</p>
        <p>{words.endPaid}</p>
      </Step>
    </div>
  );
}
