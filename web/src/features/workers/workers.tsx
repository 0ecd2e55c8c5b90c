import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { itemsOf } from "@/api/lists";
import { clientJobList } from "@/api/queries/client-jobs";
import { useMe } from "@/api/queries/me";
import { invite, setFavourite, workerKeys, workerList } from "@/api/queries/workers";
import type { components } from "@/api/schema";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Select } from "@/ui/field";
import { List } from "@/ui/list";
import { Moment } from "@/ui/moment";
import { Card, Page } from "@/ui/page";
import { Stars } from "@/ui/stars";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { workersWords } from "./words";

const route = getRouteApi("/members/clients/client/workers");
type Worker = components["schemas"]["WorkedForYouOut"];

/** To find again who worked well, and invite them to an open job. */
export function Workers() {
  const words = useWords(workersWords);
  const me = useMe();
  const { job } = route.useSearch();
  const navigate = useNavigate({ from: "/client/workers" });
  const list = useInfiniteQuery(workerList());
  const open = itemsOf(useInfiniteQuery(clientJobList(me.id, { status: ["upcoming"] })).data);
  return (
    <Page title={words.title}>
      {open.length > 0 && (
        <Select
          name="job"
          label={words.choose}
          value={job ?? ""}
          onChange={(event) =>
            void navigate({ search: { job: Number(event.target.value) || undefined }, replace: true })
          }
        >
          <option value="">{words.noJob}</option>
          {open.map((one) => (
            <option key={one.id} value={one.id}>
              {one.title}
            </option>
          ))}
        </Select>
      )}
      <p className="text-soft">{words.favouritesText}</p>
      <List
        query={list}
        label={words.title}
        keyOf={(worker) => worker.id}
        row={(worker) => <Row worker={worker} jobId={job} />}
        empty={<Empty title={words.none}>{words.noneText}</Empty>}
      />
    </Page>
  );
}

function Row({ worker, jobId }: { worker: Worker; jobId: number | undefined }) {
  const words = useWords(workersWords);
  const inviting = useMutation({
    mutationFn: (job: number) => invite(job, worker.id),
    onSuccess: () => toast(words.invited(worker.name), "gain"),
  });
  const queries = useQueryClient();
  const favouring = useMutation({
    mutationFn: () => setFavourite(worker.id, !worker.favourite),
    onSuccess: () => queries.invalidateQueries({ queryKey: workerKeys.all }),
  });
  return (
    <Card className="flex flex-wrap items-center gap-3">
      <Avatar name={worker.name} url={worker.avatar_small_url} />
      <div className="min-w-0 grow max-md:basis-3/5">
        <Link to="/people/$userId" params={{ userId: worker.id }} className="text-lg font-medium text-action underline">
          {worker.name}
        </Link>
        <p className="text-soft">
          <Stars rating={worker.rating} count={worker.reviews_count} />
          {worker.reliability !== null && ` · ${words.reliable(Math.round(worker.reliability * 100))}`}
        </p>
        <p className="text-soft">
          {words.shifts(worker.shifts_for_you)}, {words.last} <Moment at={worker.last_worked_at} relative />
        </p>
      </div>
      <Button
        look={worker.favourite ? "main" : "plain"}
        busy={favouring.isPending}
        aria-pressed={worker.favourite}
        aria-label={`${words.favourite}: ${worker.name}`}
        onClick={() => favouring.mutate()}
      >
        {words.favourite}
      </Button>
      {jobId && (
        <Button
          busy={inviting.isPending}
          aria-label={`${words.invite}: ${worker.name}`}
          onClick={() => inviting.mutate(jobId)}
        >
          {words.invite}
        </Button>
      )}
    </Card>
  );
}
