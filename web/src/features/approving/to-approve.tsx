import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { itemsOf } from "@/api/lists";
import { approveAll, attendanceDecided, toApproveList } from "@/api/queries/approving";
import type { Assignment } from "@/api/types";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Empty } from "@/ui/empty";
import { money } from "@/ui/format";
import { List } from "@/ui/list";
import { Page } from "@/ui/page";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { approvingWords } from "./words";
import { payOf, WorkedShift } from "./worked-shift";

/** Everything that was worked and waits for a word, one by one or all that is shown. */
export function ToApprove() {
  const words = useWords(approvingWords);
  const list = useInfiniteQuery(toApproveList());
  const shown = itemsOf(list.data);
  return (
    <Page title={words.title}>
      {shown.length > 1 && <All shifts={shown} />}
      <List
        query={list}
        label={words.title}
        keyOf={(shift) => shift.id}
        row={(shift) => <WorkedShift shift={shift} named="job" />}
        rowHeight="h-48"
        empty={<Empty title={words.none}>{words.noneText}</Empty>}
      />
    </Page>
  );
}

function All({ shifts }: { shifts: readonly Assignment[] }) {
  const words = useWords(approvingWords);
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const sum = money(shifts.reduce((total, shift) => total + payOf(shift), 0));
  const approving = useMutation({
    mutationFn: () => approveAll(shifts.map((shift) => shift.id)),
    onSuccess(failed) {
      toast(words.done(shifts.length - failed), "gain");
      if (failed > 0) toast(words.someFailed(failed), "harm");
    },
    onSettled: async () => {
      setOpen(false);
      await attendanceDecided(queries);
    },
  });
  return (
    <div>
      <Button look="main" onClick={() => setOpen(true)}>
        {words.all(shifts.length, sum)}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={words.allTitle} sheet>
        <p>{words.allText(shifts.length, sum)}</p>
        <div className="flex flex-wrap gap-3">
          <Button look="main" busy={approving.isPending} onClick={() => approving.mutate()}>
            {words.confirmAll}
          </Button>
          <Button onClick={() => setOpen(false)}>{words.keep}</Button>
        </div>
      </Dialog>
    </div>
  );
}
