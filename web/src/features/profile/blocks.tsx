import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { blockList, peopleKeys, unblock } from "@/api/queries/people";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { List } from "@/ui/list";
import { Page } from "@/ui/page";
import { useWords } from "@/ui/words";
import { profileWords } from "./words";

export function Blocks() {
  const words = useWords(profileWords);
  const queries = useQueryClient();
  const list = useInfiniteQuery(blockList());
  const free = useMutation({
    mutationFn: unblock,
    onSuccess: () => queries.invalidateQueries({ queryKey: peopleKeys.blocks() }),
  });
  return (
    <Page title={words.blocks}>
      <List
        query={list}
        label={words.blocks}
        keyOf={(item) => item.user_id}
        empty={<Empty title={words.noBlocks} />}
        row={(item) => (
          <div className="flex items-center justify-between gap-3 rounded-lg border border-line bg-card p-4">
            <span className="font-medium">{item.user.name}</span>
            <Button busy={free.isPending && free.variables === item.user_id} onClick={() => free.mutate(item.user_id)}>
              {words.unblock}
            </Button>
          </div>
        )}
      />
    </Page>
  );
}
