import { useQueryClient } from "@tanstack/react-query";
import { type ClientApplication, clientJobChanged, releasePlace } from "@/api/queries/client-jobs";
import { Step } from "@/api/step";
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
  const { name } = application.applicant;
  return (
    <Step
      label={words.release}
      of={name}
      look="harm"
      title={words.releaseTitle(name)}
      yes={words.releaseNow}
      back={words.keepPlace}
      send={() => releasePlace(application.id)}
      done={() => toast(words.releaseDone, "gain")}
      settled={() => clientJobChanged(queries, application.job_id)}
    >
      <p>{words.releaseText}</p>
    </Step>
  );
}
