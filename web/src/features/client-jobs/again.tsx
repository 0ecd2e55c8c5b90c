import { useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { Form, text } from "@/api/form";
import { clientJobChanged, copyJob, type OwnedJob } from "@/api/queries/client-jobs";
import { Confirmed } from "@/ui/confirmed";
import { Field } from "@/ui/field";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { clientJobWords } from "./words";

/** The same job on another day, in one step; or the whole form, for whoever wants to change more. */
export function Again({ job }: { job: OwnedJob }) {
  const words = useWords(clientJobWords);
  const queries = useQueryClient();
  const router = useRouter();
  return (
    <Confirmed label={words.again} title={words.againTitle}>
      {(close) => (
        <Form
          submit={words.againSend}
          send={(fields) => copyJob(job.id, { date: text(fields, "date") })}
          done={async (copy) => {
            close();
            toast(words.againDone, "gain");
            await clientJobChanged(queries, copy.id);
            await router.navigate({ to: "/client/jobs/$jobId", params: { jobId: copy.id } });
          }}
          aside={
            <Link to="/post" search={{ again: job.id }} className="text-action underline">
              {words.againOther}
            </Link>
          }
        >
          <p>{words.againText}</p>
          <Field name="date" type="date" label={job.date === job.end_date ? words.day : words.firstDay} required />
        </Form>
      )}
    </Confirmed>
  );
}
