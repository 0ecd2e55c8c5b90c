import type { ClientApplication, JobStatus } from "@/api/queries/client-jobs";
import { Tag, type Tone } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { clientJobWords } from "./words";

const JOBS: Record<JobStatus, Tone> = {
  pending: "wait",
  upcoming: "action",
  ongoing: "gain",
  completed: "gain",
  canceled: "plain",
  expired: "plain",
};

/** `full`: nobody can apply any more, whatever the day. */
export function JobTag({ status, full = false }: { status: JobStatus; full?: boolean }) {
  const words = useWords(clientJobWords);
  if (full && status === "upcoming") return <Tag tone="gain">{words.full}</Tag>;
  return <Tag tone={JOBS[status]}>{words.status[status]}</Tag>;
}

const APPLICATIONS: Record<ClientApplication["status"], Tone> = {
  applied: "wait",
  accepted: "gain",
  completed: "gain",
  rejected: "plain",
  withdrawn: "plain",
  standing_by: "action",
  closed: "plain",
  no_show: "harm",
  canceled: "plain",
};

export function ApplicantTag({ status }: { status: ClientApplication["status"] }) {
  const words = useWords(clientJobWords);
  return <Tag tone={APPLICATIONS[status]}>{words.application[status]}</Tag>;
}
