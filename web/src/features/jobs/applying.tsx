import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Form, text } from "@/api/form";
import { applicationChanged, apply } from "@/api/queries/applications";
import { myPartQuery } from "@/api/queries/jobs";
import type { Problem } from "@/api/refusals";
import { foretold } from "@/api/refused-fields";
import type { Job } from "@/api/types";
import { buttonLook } from "@/ui/button";
import { TextArea } from "@/ui/field";
import { Section } from "@/ui/page";
import { Bone } from "@/ui/skeleton";
import { Notice } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useLanguage, useWords } from "@/ui/words";
import { DaysLeft } from "./days-left";
import { jobWords } from "./words";

/** A worker's part of a job: apply, or see that one did, or why one may not. */
export function Applying({ job }: { job: Job }) {
  const words = useWords(jobWords);
  const language = useLanguage();
  const queries = useQueryClient();
  const { data: mine } = useQuery(myPartQuery(job.id));
  if (!mine) return <Bone className="h-40" />;

  if (mine.application_id !== null && !mine.may_apply) {
    return (
      <Notice tone="action" title={words.youApplied}>
        <Link
          to="/applications/$applicationId"
          params={{ applicationId: mine.application_id }}
          className={buttonLook("main", "mt-2")}
        >
          {words.seeApplication}
        </Link>
      </Notice>
    );
  }
  if (!mine.may_apply) {
    const code = mine.refusal?.code;
    return code ? <Refused key={language} code={code} /> : <Notice tone="wait" title={words.own} />;
  }

  async function done(): Promise<void> {
    toast(words.applied, "gain");
    await applicationChanged(queries, job.id);
  }

  return (
    <Section title={words.applyHere}>
      {mine.days_left && (
        <Notice tone="wait" title={words.daysLeftTitle}>
          <DaysLeft offer={mine} of={job.shift_count} />
        </Notice>
      )}
      <Form send={(fields) => apply(job.id, text(fields, "note"))} done={done} submit={words.sendApplication}>
        <TextArea name="note" label={words.note} hint={words.noteHint} maxLength={1000} optional />
      </Form>
    </Section>
  );
}

function Refused({ code }: { code: Problem["code"] }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    void foretold(code).then(setSaid);
  }, [code]);
  return <Notice tone="wait" title={said} />;
}
