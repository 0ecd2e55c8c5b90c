import type { ApplicationStatus } from "@/api/queries/applications";
import { Tag, type Tone } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { applicationWords } from "./words";

const TONES: Record<ApplicationStatus, Tone> = {
  applied: "wait",
  standing_by: "wait",
  accepted: "gain",
  completed: "gain",
  rejected: "plain",
  withdrawn: "plain",
  closed: "plain",
  no_show: "harm",
  canceled: "harm",
};

export function ApplicationTag({ status }: { status: ApplicationStatus }) {
  const words = useWords(applicationWords);
  return <Tag tone={TONES[status]}>{words.status[status]}</Tag>;
}
