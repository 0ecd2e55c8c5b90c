import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { deviceList, endAllDevices, endDevice, securityKeys } from "@/api/queries/security";
import { signedOut } from "@/api/session";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { List } from "@/ui/list";
import { Moment } from "@/ui/moment";
import { Page, Section } from "@/ui/page";
import { Tag } from "@/ui/tag";
import { useWords } from "@/ui/words";
import { ChangeEmail, ChangePassword } from "./credentials";
import { SecondFactor } from "./second-factor";
import { securityWords } from "./words";

export function Security() {
  const words = useWords(securityWords);
  return (
    <Page title={words.title}>
      <Section title={words.factor}>
        <SecondFactor />
      </Section>
      <Section title={words.changePassword}>
        <ChangePassword />
      </Section>
      <Section title={words.changeEmail}>
        <ChangeEmail />
      </Section>
      <Section title={words.devices}>
        <Devices />
      </Section>
    </Page>
  );
}

function Devices() {
  const words = useWords(securityWords);
  const queries = useQueryClient();
  const list = useInfiniteQuery(deviceList());
  const end = useMutation({
    mutationFn: endDevice,
    onSuccess: () => queries.invalidateQueries({ queryKey: securityKeys.devices() }),
  });
  const endAll = useMutation({ mutationFn: endAllDevices, onSuccess: () => signedOut() });
  return (
    <>
      <List
        query={list}
        label={words.devices}
        keyOf={(device) => device.id}
        empty={<Empty title={words.devices} />}
        row={(device) => (
          <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line bg-card p-4">
            <span>
              <span className="font-medium">{device.name || words.unnamed}</span>{" "}
              {device.is_current && <Tag tone="gain">{words.thisOne}</Tag>}
              <span className="block text-sm text-soft">
                {words.lastUsed} <Moment at={device.last_used_at} relative />
              </span>
            </span>
            {!device.is_current && (
              <Button busy={end.isPending && end.variables === device.id} onClick={() => end.mutate(device.id)}>
                {words.end}
              </Button>
            )}
          </div>
        )}
      />
      <div>
        <Button look="harm" busy={endAll.isPending} onClick={() => endAll.mutate()}>
          {words.endAll}
        </Button>
      </div>
    </>
  );
}
