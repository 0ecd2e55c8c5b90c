import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { Form, text } from "@/api/form";
import { type ClientJob, clientJobChanged, clientJobQuery, editJob } from "@/api/queries/client-jobs";
import { Check, Field, TextArea } from "@/ui/field";
import { money } from "@/ui/format";
import { Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Notice } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { AcceptAtOnce, acceptedAtOnce } from "./accept-at-once";
import { JobForm } from "./job-form";
import { changed, changesOf, termsOf } from "./terms";
import { postingWords } from "./words";

const route = getRouteApi("/members/clients/client/jobs/$jobId/edit");

export function EditJob() {
  const words = useWords(postingWords);
  const { jobId } = route.useParams();
  const { data } = useQuery(clientJobQuery(jobId));
  return <Page title={words.edit}>{data ? <Editing whole={data} /> : <Skeleton height="h-32" />}</Page>;
}

const HIRED: readonly string[] = ["accepted", "completed"];

function Editing({ whole: { job, escrow, applications } }: { whole: ClientJob }) {
  const words = useWords(postingWords);
  const queries = useQueryClient();
  const router = useRouter();
  const before = termsOf(job);

  async function done(changed: boolean): Promise<void> {
    toast(changed ? words.saved : words.nothingChanged, changed ? "gain" : "plain");
    await clientJobChanged(queries, job.id);
    await router.navigate({ to: "/client/jobs/$jobId", params: { jobId: job.id } });
  }

  async function change(changes: Parameters<typeof editJob>[1]): Promise<boolean> {
    if (Object.keys(changes).length === 0) return false;
    await editJob(job.id, changes);
    return true;
  }

  if (applications.some((one) => HIRED.includes(one.status))) {
    return (
      <Form
        submit={words.save}
        done={done}
        send={(fields) => {
          const after = {
            description: text(fields, "description"),
            location: text(fields, "location"),
            applicants_needed: Number(text(fields, "applicants_needed")),
            code_only: fields.has("code_only"),
            ...acceptedAtOnce(fields),
          };
          return change(changed(before, after) as Parameters<typeof editJob>[1]);
        }}
      >
        <Notice title={words.lockedNote} />
        <TextArea
          name="description"
          label={words.description}
          required
          maxLength={5000}
          defaultValue={job.description}
        />
        <Field name="location" label={words.location} required maxLength={200} defaultValue={job.location} />
        <Field
          name="applicants_needed"
          type="number"
          inputMode="numeric"
          label={words.people}
          hint={words.morePlaces}
          min={job.applicants_needed}
          max={500}
          required
          defaultValue={job.applicants_needed}
        />
        <Check name="code_only" label={words.codeOnly} hint={words.codeOnlyHint} defaultChecked={job.code_only} />
        <AcceptAtOnce start={job} />
      </Form>
    );
  }
  return (
    <JobForm
      fixed
      start={before}
      submit={words.save}
      done={done}
      send={(terms) => change(changesOf(before, terms) as Parameters<typeof editJob>[1])}
      notice={(total) => {
        const paid = escrow.paid_in_kobo > 0;
        const more = total - job.price_kobo;
        if (!paid || more === 0) return null;
        return more > 0 ? (
          <Notice tone="wait" title={words.dearer(money(more))} />
        ) : (
          <Notice tone="gain" title={words.cheaper(money(-more))} />
        );
      }}
    />
  );
}
