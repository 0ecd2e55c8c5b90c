import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { jobList } from "@/api/queries/jobs";
import { Button, buttonLook } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Empty } from "@/ui/empty";
import { List } from "@/ui/list";
import { Page } from "@/ui/page";
import { Bone } from "@/ui/skeleton";
import { useWords } from "@/ui/words";
import { Filters } from "./filters";
import { JobCard } from "./job-card";
import { savedSearchesWords } from "./saved-searches-words";
import { SearchText } from "./search-text";
import { jobWords } from "./words";

const JobMap = lazy(() => import("./job-map"));
const SavedSearches = lazy(() => import("./saved-searches"));
const route = getRouteApi("/members/workers/jobs");

export function JobSearch() {
  const words = useWords(jobWords);
  const { view, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const [choosing, setChoosing] = useState(false);
  const keeping = useWords(savedSearchesWords);
  const [keptOpen, setKeptOpen] = useState(false);
  const list = useInfiniteQuery({ ...jobList(filters), placeholderData: keepPreviousData });
  const chosen = Object.keys(filters).filter((name) => !["q", "order", "longitude", "radius_km"].includes(name)).length;
  const asksSomething = chosen > 0 || Boolean(filters.q);
  const jobs = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={words.title} wide={view === "map"}>
      <SearchText
        value={filters.q ?? ""}
        onChange={(q) =>
          void navigate({ search: (old) => ({ ...old, q: q || undefined }), replace: true, resetScroll: false })
        }
      />
      <div className="flex flex-wrap items-center gap-x-1 gap-y-2 md:gap-x-2">
        <Button onClick={() => setChoosing(true)}>{chosen ? words.filtersOn(chosen) : words.filters}</Button>
        <Button look="quiet" className="max-md:px-2" onClick={() => setKeptOpen(true)}>
          {asksSomething ? keeping.save : keeping.title}
        </Button>
        <Link
          to="/jobs"
          search={(old) => ({ ...old, view: view === "map" ? undefined : "map" })}
          className={buttonLook("quiet", "ms-auto max-md:px-2")}
        >
          {view === "map" ? words.list : words.map}
        </Link>
      </div>
      <Dialog open={choosing} onClose={() => setChoosing(false)} title={words.filters} sheet>
        <Filters
          filters={filters}
          onChange={(next) => {
            setChoosing(false);
            void navigate({ search: (old) => ({ ...next, q: old.q, view: old.view }) });
          }}
        />
      </Dialog>
      <Dialog open={keptOpen} onClose={() => setKeptOpen(false)} title={keeping.title} sheet>
        <Suspense fallback={<Bone className="h-40" />}>
          <SavedSearches filters={filters} asksSomething={asksSomething} onChosen={() => setKeptOpen(false)} />
        </Suspense>
      </Dialog>
      {view === "map" && (
        <Suspense fallback={<Bone className="h-80" />}>
          <JobMap jobs={jobs} here={filters} />
        </Suspense>
      )}
      <div aria-busy={list.isPlaceholderData} className="grid gap-3">
        <List
          query={list}
          label={words.title}
          keyOf={(job) => job.id}
          row={(job) => <JobCard job={job} away={job.distance_m} applied={job.applied} />}
          rowHeight="h-40"
          empty={
            <Empty
              title={words.none}
              action={
                <Link to="/jobs" search={{}} className={buttonLook()}>
                  {words.clear}
                </Link>
              }
            >
              {words.noneText}
            </Empty>
          }
        />
      </div>
    </Page>
  );
}
