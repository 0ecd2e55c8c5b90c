import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type ClientApplication, clientJobChanged, releasePlace } from "@/api/queries/client-jobs";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Moment } from "@/ui/moment";
import { Tag } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { clientJobWords } from "./words";

/** Whether somebody who was hired said again that they come; once the job is near, the place of who did not is free to go. */
export function Confirmation({ application }: { application: ClientApplication }) {
  const words = useWords(clientJobWords);
  if (application.confirmed_at) {
    return (
      <p>
        <Tag tone="gain">{words.confirmed}</Tag>
      </p>
    );
  }
  if (!application.release_from) return null;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <Tag tone="wait">{words.unconfirmed}</Tag>
      {Date.parse(application.release_from) <= Date.now() ? (
        <Releasing application={application} />
      ) : (
        <span className="text-soft">
          {words.releaseFrom} <Moment at={application.release_from} />
        </span>
      )}
    </div>
  );
}

function Releasing({ application }: { application: ClientApplication }) {
  const words = useWords(clientJobWords);
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { name } = application.applicant;
  const releasing = useMutation({
    mutationFn: () => releasePlace(application.id),
    onSuccess: () => toast(words.releaseDone, "gain"),
    // Also after a refusal: the worker may have confirmed a moment ago.
    onSettled: async () => {
      setAsking(false);
      await clientJobChanged(queries, application.job_id);
    },
  });
  return (
    <>
      <Button look="harm" aria-label={`${words.release}: ${name}`} onClick={() => setAsking(true)}>
        {words.release}
      </Button>
      <Dialog open={asking} onClose={() => setAsking(false)} title={words.releaseTitle(name)} sheet>
        <p>{words.releaseText}</p>
        <div className="flex flex-wrap gap-3">
          <Button look="harm" busy={releasing.isPending} onClick={() => releasing.mutate()}>
            {words.releaseNow}
          </Button>
          <Button onClick={() => setAsking(false)}>{words.keepPlace}</Button>
        </div>
      </Dialog>
    </>
  );
}
