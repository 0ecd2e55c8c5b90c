import { Form, text } from "@/api/form";
import { report } from "@/api/queries/reports";
import type { components } from "@/api/schema";
import { Confirmed } from "@/ui/confirmed";
import { Select, TextArea } from "@/ui/field";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { reportWords } from "./words";

type Subject = components["schemas"]["ReportIn"]["subject_type"];
type Category = components["schemas"]["ReportCategory"];

const CATEGORIES: readonly Category[] = ["scam", "untrue", "unsafe", "abuse", "other"];

/** Tells staff what is wrong with a job or a person. Sent again while it is open, it is the same report. */
export function Report({ type, id, name }: { type: Subject; id: number; name: string }) {
  const words = useWords(reportWords);
  return (
    <Confirmed label={words.label[type]} look="quiet" title={words.title(name)}>
      {(close) => (
        <Form
          submit={words.send}
          look="harm"
          send={(fields) => report(type, id, text(fields, "category") as Category, text(fields, "text"))}
          done={() => {
            close();
            toast(words.sent, "gain");
          }}
        >
          <p>{words.text}</p>
          <Select name="category" label={words.category} required defaultValue="">
            <option value="" disabled>
              {words.choose}
            </option>
            {CATEGORIES.map((category) => (
              <option key={category} value={category}>
                {words.categories[category]}
              </option>
            ))}
          </Select>
          <TextArea name="text" label={words.what} hint={words.whatHint} optional maxLength={1000} />
        </Form>
      )}
    </Confirmed>
  );
}
