import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form, text } from "@/api/form";
import type { Terms } from "@/api/queries/posting";
import {
  deleteTemplate,
  keepTemplate,
  renameTemplate,
  type Template,
  templateKeys,
  templates,
} from "@/api/queries/templates";
import { Button } from "@/ui/button";
import { Confirmed } from "@/ui/confirmed";
import { Field } from "@/ui/field";
import { List } from "@/ui/list";
import { Card } from "@/ui/page";
import { Notice } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { kobo } from "@/ui/typed-money";
import { useWords } from "@/ui/words";
import { templateWords } from "./template-words";
import { templateTerms } from "./terms";

const LONGEST_NAME = 60;
/** What a template has not got. */
const DAYS = ["date", "end_date"];

/** What was kept: chosen, renamed, deleted. */
export function Templates({ onChosen }: { onChosen: (template: Template) => void }) {
  const words = useWords(templateWords);
  return (
    <Confirmed label={words.title} title={words.title}>
      {(close) => (
        <>
          <p className="text-soft">{words.text}</p>
          <Kept
            onChosen={(template) => {
              close();
              onChosen(template);
            }}
          />
        </>
      )}
    </Confirmed>
  );
}

function Kept({ onChosen }: { onChosen: (template: Template) => void }) {
  const words = useWords(templateWords);
  return (
    <List
      query={useInfiniteQuery(templates())}
      label={words.title}
      keyOf={(template) => template.id}
      row={(template) => <Row template={template} onChosen={() => onChosen(template)} />}
      empty={<p>{words.none}</p>}
    />
  );
}

function Row({ template, onChosen }: { template: Template; onChosen: () => void }) {
  const words = useWords(templateWords);
  const queries = useQueryClient();
  const [renaming, setRenaming] = useState(false);
  const changed = () => queries.invalidateQueries({ queryKey: templateKeys.all });
  const removing = useMutation({ mutationFn: () => deleteTemplate(template.id), onSuccess: changed });
  if (renaming)
    return (
      <Card>
        <Form
          send={(fields) => renameTemplate(template.id, text(fields, "name"))}
          done={async () => {
            await changed();
            setRenaming(false);
          }}
          submit={words.rename}
        >
          <Field name="name" label={words.name} defaultValue={template.name} maxLength={LONGEST_NAME} required />
        </Form>
      </Card>
    );
  return (
    <Card className="flex flex-wrap items-center gap-x-2">
      <button
        type="button"
        onClick={onChosen}
        className="min-h-12 min-w-0 grow py-2 text-start font-medium text-action underline max-md:basis-full"
      >
        {template.name}
      </button>
      <Button
        look="quiet"
        className="max-md:-ms-4"
        aria-label={`${words.rename}: ${template.name}`}
        onClick={() => setRenaming(true)}
      >
        {words.rename}
      </Button>
      <Button
        look="quiet"
        busy={removing.isPending}
        aria-label={`${words.remove}: ${template.name}`}
        onClick={() => removing.mutate()}
      >
        {words.remove}
      </Button>
    </Card>
  );
}

/** What is in the form at this moment, without its days. `start` is what the form began with. */
export function KeepTemplate({ form, start }: { form: () => HTMLFormElement | null; start: Partial<Terms> }) {
  const words = useWords(templateWords);
  return (
    <Confirmed label={words.keep} look="quiet" title={words.keep}>
      {(close) => <Keeping form={form()} start={start} close={close} />}
    </Confirmed>
  );
}

function Keeping({ form, start, close }: { form: HTMLFormElement | null; start: Partial<Terms>; close: () => void }) {
  const words = useWords(templateWords);
  const queries = useQueryClient();
  const typed = form && new FormData(form);
  const terms = typed && templateTerms(typed, start);
  const open = missing(form);
  if (!typed || !terms || open.length > 0) return <Notice tone="wait" title={words.first(open.join(", "))} />;
  return (
    <Form
      send={(fields) => keepTemplate(text(fields, "name"), terms)}
      done={async () => {
        await queries.invalidateQueries({ queryKey: templateKeys.all });
        close();
        toast(words.kept, "gain");
      }}
      submit={words.keepSend}
    >
      <p className="text-soft">{words.keepText}</p>
      <Field
        name="name"
        label={words.name}
        hint={words.nameHint}
        defaultValue={text(typed, "title").slice(0, LONGEST_NAME)}
        maxLength={LONGEST_NAME}
        required
      />
    </Form>
  );
}

/** The labels of what is not filled in yet, or not as it must be. */
function missing(form: HTMLFormElement | null): string[] {
  const fields = [...(form?.querySelectorAll<HTMLInputElement>("input,select,textarea") ?? [])];
  const begins = fields.find(({ name }) => name === "start_time")?.value;
  const isWrong = ({ name, value, validity }: HTMLInputElement): boolean =>
    !validity.valid || (name === "rate" && kobo(value) === null) || (name === "end_time" && value === begins);
  const wrong = fields.filter((field) => !DAYS.includes(field.name) && isWrong(field));
  return wrong.map(({ name, labels }) => labels?.[0]?.textContent ?? name);
}
