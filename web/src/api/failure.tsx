import type { ReactNode } from "react";
import { CopyButton } from "@/ui/copyable";
import { Notice } from "@/ui/tag";
import { explain, numberOf } from "./refusals";

/** What went wrong, where it was sent from; of a failure of the server's with the number to quote, which can be copied. */
export function Failure({ error, children }: { error: unknown; children?: ReactNode }) {
  const number = numberOf(error);
  return (
    <div role="alert">
      <Notice tone="harm" title={explain(error)}>
        {children}
        {number && <CopyButton text={number} />}
      </Notice>
    </div>
  );
}
