import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { itemsOf } from "@/api/lists";
import { approveAll, attendanceDecided, toApproveList } from "@/api/queries/approving";
import { Step } from "@/api/step";
import type { Assignment } from "@/api/types";
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
  const sum = money(shifts.reduce((total, shift) => total + payOf(shift), 0));
  return (
    <div>
      <Step
        label={words.all(shifts.length, sum)}
        look="main"
        title={words.allTitle}
        yes={words.confirmAll}
        back={words.keep}
        send={() => approveAll(shifts.map((shift) => shift.id))}
        done={(failed) => {
          toast(words.done(shifts.length - failed), "gain");
          if (failed > 0) toast(words.someFailed(failed), "harm");
        }}
        settled={() => attendanceDecided(queries)}
      >
        <p>{words.allText(shifts.length, sum)}</p>
      </Step>
    </div>
  );
}
