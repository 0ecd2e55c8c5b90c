import type { Assignment } from "@/api/types";
import { Tag, type Tone } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { statusWords } from "./status-words";

const TONES: Record<Assignment["status"], Tone> = {
  scheduled: "action",
  checked_in: "gain",
  checked_out: "wait",
  approved: "gain",
  no_show: "harm",
  canceled: "plain",
};

export function AssignmentTag({ status }: { status: Assignment["status"] }) {
  const words = useWords(statusWords);
  return <Tag tone={TONES[status]}>{words[status]}</Tag>;
}
