import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { invitations, savedJobs } from "@/api/queries/jobs";
import { JobCard } from "@/features/jobs/job-card";
import { buttonLook } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { List } from "@/ui/list";
import { Page } from "@/ui/page";
import { Tag } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { savedWords } from "./words";

export function SavedJobs() {
  const words = useWords(savedWords);
  const list = useInfiniteQuery(savedJobs());
  return (
    <Page title={words.saved}>
      <List
        query={list}
        label={words.saved}
        keyOf={(saved) => saved.job_id}
        row={(saved) => <JobCard job={saved.job} />}
        rowHeight="h-40"
        empty={
          <Empty title={words.noSaved} action={<ToSearch />}>
            {words.noSavedText}
          </Empty>
        }
      />
    </Page>
  );
}

export function Invitations() {
  const words = useWords(savedWords);
  const list = useInfiniteQuery(invitations());
  return (
    <Page title={words.invitations}>
      <List
        query={list}
        label={words.invitations}
        keyOf={(invitation) => invitation.id}
        row={(invitation) => (
          <>
            {invitation.applied && <Tag tone="gain">{words.applied}</Tag>}
            <JobCard job={invitation.job} />
          </>
        )}
        rowHeight="h-40"
        empty={
          <Empty title={words.noInvitations} action={<ToSearch />}>
            {words.noInvitationsText}
          </Empty>
        }
      />
    </Page>
  );
}

function ToSearch() {
  const words = useWords(savedWords);
  return (
    <Link to="/jobs" className={buttonLook("main")}>
      {words.find}
    </Link>
  );
}
