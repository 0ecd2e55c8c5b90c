import { useMutation } from "@tanstack/react-query";
import { dropCalendarLink, makeCalendarLink } from "@/api/queries/assignments";
import { Button } from "@/ui/button";
import { Copyable } from "@/ui/copyable";
import { Section } from "@/ui/page";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { shiftWords } from "./words";

export function CalendarFeed() {
  const words = useWords(shiftWords);
  const made = useMutation({ mutationFn: makeCalendarLink });
  const dropped = useMutation({
    mutationFn: dropCalendarLink,
    onSuccess() {
      made.reset();
      toast(words.feedDropped);
    },
  });
  return (
    <Section title={words.feed}>
      <p className="text-soft">{words.feedText}</p>
      {made.data && <Copyable text={made.data.url} label={words.feedLink} />}
      <div className="flex flex-wrap gap-3">
        <Button busy={made.isPending} onClick={() => made.mutate()}>
          {words.makeFeed}
        </Button>
        <Button look="quiet" busy={dropped.isPending} onClick={() => dropped.mutate()}>
          {words.dropFeed}
        </Button>
      </div>
    </Section>
  );
}
