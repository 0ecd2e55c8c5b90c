import { useMutation, useQueryClient } from "@tanstack/react-query";
import { applicationChanged, confirmTerms, takePlace } from "@/api/queries/applications";
import type { ApplicationDetail } from "@/api/types";
import { DaysLeft } from "@/features/jobs/days-left";
import { Button } from "@/ui/button";
import { Moment } from "@/ui/moment";
import { Notice } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { applicationWords } from "./words";

/** What the job is by now, where that is not what was applied for: nobody is taken on before they agree. */
export function NewTerms({ application }: { application: ApplicationDetail }) {
  const words = useWords(applicationWords);
  const queries = useQueryClient();
  const agree = useMutation({
    mutationFn: () => confirmTerms(application.id),
    async onSuccess() {
      toast(words.agreed, "gain");
      await applicationChanged(queries, application.job.id);
    },
  });
  return (
    <Notice tone="wait" title={words.newTerms}>
      <WhatChanged application={application} />
      <Button look="main" className="mt-2" busy={agree.isPending} onClick={() => agree.mutate()}>
        {words.agree}
      </Button>
    </Notice>
  );
}

/** Somebody dropped out: the place is offered to who stood by, for a while. To take it is to agree to what it is now. */
export function Offer({ application, until }: { application: ApplicationDetail; until: string }) {
  const words = useWords(applicationWords);
  const queries = useQueryClient();
  const take = useMutation({
    async mutationFn() {
      if (application.terms_changed.length > 0) await confirmTerms(application.id);
      return takePlace(application.id);
    },
    async onSuccess() {
      toast(words.taken, "gain");
      await applicationChanged(queries, application.job.id);
    },
  });
  return (
    <Notice
      tone="action"
      title={
        <>
          {words.offered} <Moment at={until} />
        </>
      }
    >
      <WhatChanged application={application} />
      <Button look="main" className="mt-2" busy={take.isPending} onClick={() => take.mutate()}>
        {application.terms_changed.length > 0 ? words.agreeAndTake : words.take}
      </Button>
    </Notice>
  );
}

function WhatChanged({ application }: { application: ApplicationDetail }) {
  const words = useWords(applicationWords);
  const names = application.terms_changed.map((change) => words.terms[change.field as keyof typeof words.terms]);
  const others = [...new Set(names.filter((name) => name !== words.terms.days))];
  return (
    <>
      {others.length > 0 && <p>{words.changed(others.join(", "))}</p>}
      <p>
        <DaysLeft offer={application} />
      </p>
    </>
  );
}
