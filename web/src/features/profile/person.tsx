import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMe } from "@/api/queries/me";
import { block, profileQuery } from "@/api/queries/people";
import { Step } from "@/api/step";
import { Report } from "@/features/reports/report";
import { Avatar } from "@/ui/avatar";
import { buttonLook } from "@/ui/button";
import { day } from "@/ui/format";
import { Card, Fact, Facts, Page, Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Stars } from "@/ui/stars";
import { Tag } from "@/ui/tag";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { profileWords } from "./words";

const route = getRouteApi("/members/people/$userId");

export function Person() {
  const words = useWords(profileWords);
  const { userId } = route.useParams();
  const { data: person } = useQuery(profileQuery(userId));
  const me = useMe();
  if (!person) {
    return (
      <Page title={words.person}>
        <Skeleton />
      </Page>
    );
  }
  return (
    <Page title={person.name}>
      <div className="flex items-center gap-4">
        <Avatar name={person.name} url={person.avatar_url} size="large" />
        <div>
          {person.username && <p className="text-soft">@{person.username}</p>}
          <Stars rating={person.rating} count={person.reviews_count} />
        </div>
      </div>
      <Card>
        <Facts>
          <Fact name={words.since}>{day(person.joined_at)}</Fact>
          {person.location && <Fact name={words.lives}>{person.location}</Fact>}
          {person.role === "client" ? (
            <>
              <Fact name={words.given}>{person.given_count}</Fact>
              <Fact name={words.calledOff}>{person.called_off_count}</Fact>
            </>
          ) : (
            <>
              <Fact name={words.worked}>{person.approved_count}</Fact>
              {person.reliability !== null && (
                <Fact name={words.reliability}>{words.reliabilityText(Math.round(person.reliability * 100))}</Fact>
              )}
            </>
          )}
        </Facts>
      </Card>
      {person.bio && (
        <Section title={words.about}>
          <p className="whitespace-pre-line">{person.bio}</p>
        </Section>
      )}
      {person.skills.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {person.skills.map((skill) => (
            <li key={skill}>
              <Tag>{skill}</Tag>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-3">
        <Link to="/reviews/$userId" params={{ userId }} className={buttonLook()}>
          {words.reviews}
        </Link>
        {person.id !== me.id && (
          <>
            <Blocking id={person.id} name={person.name} />
            <Report type="user" id={person.id} name={person.name} />
          </>
        )}
      </div>
    </Page>
  );
}

function Blocking({ id, name }: { id: number; name: string }) {
  const words = useWords(profileWords);
  return (
    <Step
      label={words.block}
      look="quiet"
      title={words.blockTitle(name)}
      yes={words.blockNow}
      yesLook="harm"
      back={words.keep}
      send={() => block(id)}
      done={() => toast(words.blocked)}
    >
      <p>{words.blockText}</p>
    </Step>
  );
}
