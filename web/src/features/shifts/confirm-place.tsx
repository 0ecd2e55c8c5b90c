import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { applicationChanged, confirmPlace } from "@/api/queries/applications";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { shiftWords } from "./words";

/** The job is near: a place that nobody confirms may go to somebody else. */
export function ConfirmPlace({
  applicationId,
  jobId,
  children,
}: {
  applicationId: number;
  jobId: number;
  /** Which shift, where the screen does not say it already. */
  children?: ReactNode;
}) {
  const words = useWords(shiftWords);
  const queries = useQueryClient();
  const confirming = useMutation({
    mutationFn: () => confirmPlace(applicationId),
    onSuccess: () => toast(words.confirmed, "gain"),
    // Also after a refusal: the place may have been released a moment ago.
    onSettled: () => applicationChanged(queries, jobId),
  });
  return (
    <Notice tone="action" title={words.confirmTitle}>
      <p>{words.confirmText}</p>
      {children}
      <Button look="main" className="mt-2" busy={confirming.isPending} onClick={() => confirming.mutate()}>
        {words.confirm}
      </Button>
    </Notice>
  );
}
