import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { Form, text } from "@/api/form";
import {
  addStatement,
  disputeKeys,
  disputeList,
  disputeQuery,
  openDispute,
  withdrawDispute,
} from "@/api/queries/disputes";
import { useMe } from "@/api/queries/me";
import type { Dispute as DisputeData } from "@/api/types";
import { Button, buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { TextArea } from "@/ui/field";
import { List } from "@/ui/list";
import { Moment } from "@/ui/moment";
import { Money } from "@/ui/money";
import { Card, Fact, Facts, Page, Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Tag, type Tone } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { disputeWords } from "./words";

const one = getRouteApi("/members/disputes/$disputeId");
const fresh = getRouteApi("/members/disputes/new");
const TONES: Record<DisputeData["status"], Tone> = {
  open: "wait",
  under_review: "wait",
  resolved: "gain",
  withdrawn: "plain",
};

export function Disputes() {
  const words = useWords(disputeWords);
  const list = useInfiniteQuery(disputeList());
  return (
    <Page title={words.title}>
      <List
        query={list}
        label={words.title}
        keyOf={(item) => item.id}
        empty={<Empty title={words.none}>{words.noneText}</Empty>}
        row={(item) => (
          <Link
            to="/disputes/$disputeId"
            params={{ disputeId: item.id }}
            className="grid gap-1 rounded-lg border border-line bg-card p-4 hover:border-action"
          >
            <span className="flex flex-wrap items-start justify-between gap-2">
              <span className="text-lg font-medium">{item.job.title}</span>
              <Tag tone={TONES[item.status]}>{words.status[item.status]}</Tag>
            </span>
            <span className="line-clamp-2">{item.reason}</span>
            <span className="text-sm text-soft">
              <Moment at={item.created_at} relative />
            </span>
          </Link>
        )}
      />
    </Page>
  );
}

export function Dispute() {
  const words = useWords(disputeWords);
  const { disputeId } = one.useParams();
  const { data: dispute } = useQuery(disputeQuery(disputeId));
  if (!dispute) {
    return (
      <Page title={words.one}>
        <Skeleton />
      </Page>
    );
  }
  const open = dispute.status === "open" || dispute.status === "under_review";
  return (
    <Page title={dispute.job.title} aside={<Tag tone={TONES[dispute.status]}>{words.status[dispute.status]}</Tag>}>
      <Card className="grid gap-3">
        <p className="whitespace-pre-line">{dispute.reason}</p>
        <Facts>
          <Fact name={words.opened}>
            <Moment at={dispute.created_at} /> {dispute.opened_by_me ? words.byYou : words.byOther}
          </Fact>
          {dispute.resolution && (
            <>
              <Fact name={words.resolution[dispute.resolution]}>{dispute.resolution_note}</Fact>
              <Fact name={words.toWorker}>
                <Money kobo={dispute.to_worker_kobo} />
              </Fact>
              <Fact name={words.toClient}>
                <Money kobo={dispute.to_client_kobo} />
              </Fact>
            </>
          )}
        </Facts>
      </Card>
      <Statements dispute={dispute} open={open} />
      <div className="flex flex-wrap gap-3">
        <Link to="/assignments/$assignmentId" params={{ assignmentId: dispute.assignment_id }} className={buttonLook()}>
          {words.shift}
        </Link>
        {open && dispute.opened_by_me && <Withdrawing id={dispute.id} />}
      </div>
    </Page>
  );
}

function Statements({ dispute, open }: { dispute: DisputeData; open: boolean }) {
  const words = useWords(disputeWords);
  const me = useMe();
  const queries = useQueryClient();
  return (
    <Section title={words.statements}>
      <ul className="grid gap-3">
        {dispute.statements.map((statement) => (
          <li key={statement.id}>
            <Card>
              <p className="text-sm text-soft">
                {words.by(statement.author_id === me.id ? words.you : statement.author_name)}{" "}
                <Moment at={statement.created_at} relative />
              </p>
              <p className="whitespace-pre-line">{statement.body}</p>
            </Card>
          </li>
        ))}
      </ul>
      {open && (
        <Form
          key={dispute.statements.length}
          send={(fields) => addStatement(dispute.id, text(fields, "body"))}
          done={(answer) => queries.setQueryData(disputeQuery(dispute.id).queryKey, answer)}
          submit={words.sendStatement}
        >
          <TextArea name="body" label={words.add} maxLength={4000} required />
        </Form>
      )}
    </Section>
  );
}

function Withdrawing({ id }: { id: number }) {
  const words = useWords(disputeWords);
  const queries = useQueryClient();
  const leave = useMutation({
    mutationFn: () => withdrawDispute(id),
    async onSuccess(answer) {
      queries.setQueryData(disputeQuery(id).queryKey, answer);
      toast(words.withdrawn);
      await queries.invalidateQueries({ queryKey: disputeKeys.list() });
    },
  });
  return (
    <Button look="quiet" busy={leave.isPending} onClick={() => leave.mutate()}>
      {words.withdraw}
    </Button>
  );
}

export function OpenDispute() {
  const words = useWords(disputeWords);
  const { assignment } = fresh.useSearch();
  const queries = useQueryClient();
  const router = useRouter();
  return (
    <Page title={words.openTitle}>
      <p>{words.openText}</p>
      <Form
        send={(fields) => openDispute(assignment, text(fields, "reason"))}
        done={async ({ id }) => {
          await queries.invalidateQueries({ queryKey: disputeKeys.list() });
          await router.navigate({ to: "/disputes/$disputeId", params: { disputeId: id } });
        }}
        submit={words.send}
      >
        <TextArea name="reason" label={words.reason} minLength={10} maxLength={1000} required />
      </Form>
    </Page>
  );
}
