import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Form, text } from "@/api/form";
import type { JobFilters } from "@/api/queries/jobs";
import {
  deleteSearch,
  filtersOf,
  renameSearch,
  type SavedSearch,
  savedSearches,
  saveSearch,
  searchKeys,
} from "@/api/queries/saved-searches";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { List } from "@/ui/list";
import { Card } from "@/ui/page";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { savedSearchesWords } from "./saved-searches-words";

const LONGEST_NAME = 60;

type Props = { filters: JobFilters; asksSomething: boolean; onChosen: () => void };

/** What is searched for at the moment can be kept here; what was kept before is opened, renamed or deleted. */
export default function SavedSearches({ filters, asksSomething, onChosen }: Props) {
  const words = useWords(savedSearchesWords);
  const queries = useQueryClient();
  const list = useInfiniteQuery(savedSearches());
  return (
    <div className="grid gap-4">
      <p className="text-soft">{words.text}</p>
      {asksSomething && (
        <Form
          send={(fields) => saveSearch(text(fields, "name"), filters)}
          done={async () => {
            await queries.invalidateQueries({ queryKey: searchKeys.all });
            toast(words.saved, "gain");
            onChosen();
          }}
          submit={words.save}
        >
          <Field
            name="name"
            label={words.name}
            hint={words.nameHint}
            defaultValue={filters.q?.slice(0, LONGEST_NAME) ?? ""}
            maxLength={LONGEST_NAME}
            required
          />
        </Form>
      )}
      <List
        query={list}
        label={words.title}
        keyOf={(saved) => saved.id}
        row={(saved) => <Row saved={saved} onChosen={onChosen} />}
        empty={!asksSomething && <p>{words.none}</p>}
      />
    </div>
  );
}

function Row({ saved, onChosen }: { saved: SavedSearch; onChosen: () => void }) {
  const words = useWords(savedSearchesWords);
  const queries = useQueryClient();
  const [renaming, setRenaming] = useState(false);
  const changed = () => queries.invalidateQueries({ queryKey: searchKeys.all });
  const removing = useMutation({ mutationFn: () => deleteSearch(saved.id), onSuccess: changed });
  if (renaming)
    return (
      <Card>
        <Form
          send={(fields) => renameSearch(saved.id, text(fields, "name"))}
          done={async () => {
            await changed();
            setRenaming(false);
          }}
          submit={words.rename}
        >
          <Field name="name" label={words.name} defaultValue={saved.name} maxLength={LONGEST_NAME} required />
        </Form>
      </Card>
    );
  return (
    <Card className="flex flex-wrap items-center gap-x-2">
      <Link
        to="/jobs"
        search={filtersOf(saved)}
        onClick={onChosen}
        className="min-w-0 grow break-words py-2 font-medium text-action underline max-md:basis-full"
      >
        {saved.name}
      </Link>
      <Button
        look="quiet"
        className="max-md:-ms-4"
        aria-label={`${words.rename}: ${saved.name}`}
        onClick={() => setRenaming(true)}
      >
        {words.rename}
      </Button>
      <Button
        look="quiet"
        busy={removing.isPending}
        aria-label={`${words.remove}: ${saved.name}`}
        onClick={() => removing.mutate()}
      >
        {words.remove}
      </Button>
    </Card>
  );
}
