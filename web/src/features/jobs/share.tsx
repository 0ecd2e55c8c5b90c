import type { Job } from "@/api/types";
import { Button } from "@/ui/button";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { jobWords } from "./words";

/** Of one that goes on, the days that are left. */
const OFFERED: ReadonlySet<Job["status"]> = new Set(["upcoming", "ongoing"]);

/** Hands on the job's public page, which whoever gets the link can read without an account. */
export function ShareJob({ job }: { job: Pick<Job, "id" | "title" | "status" | "places_left"> }) {
  const words = useWords(jobWords);
  // Its page says that it is gone.
  if (!OFFERED.has(job.status) || job.places_left === 0) return null;

  async function share(): Promise<void> {
    const url = `${location.origin}/j/${job.id}`;
    if (navigator.share) {
      try {
        return await navigator.share({ title: job.title, url });
      } catch (error) {
        // Closed without a choice: that is an answer. Anything else leaves the link to be copied.
        if (error instanceof DOMException && error.name === "AbortError") return;
      }
    }
    await navigator.clipboard.writeText(url).then(
      () => toast(words.copiedLink, "gain"),
      () => toast(url),
    );
  }

  return <Button onClick={() => void share()}>{words.share}</Button>;
}
