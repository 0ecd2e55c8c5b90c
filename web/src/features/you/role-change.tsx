import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { api } from "@/api/client";
import { Failure } from "@/api/failure";
import { useMe } from "@/api/queries/me";
import { ProblemError } from "@/api/refusals";
import { Button } from "@/ui/button";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { youWords } from "./words";

/** The other side of the market. Refused while shifts or jobs are live: the server names what is. */
export function RoleChange() {
  const words = useWords(youWords);
  const me = useMe();
  const queries = useQueryClient();
  const router = useRouter();
  const other = me.role === "client" ? "applicant" : "client";
  const change = useMutation({
    mutationFn: () => api.POST("/api/me/role", { body: { role: other } }),
    meta: { quiet: true },
    async onSuccess() {
      await queries.resetQueries();
      toast(words.roleChanged, "gain");
      await router.navigate({ to: "/" });
    },
  });
  return (
    <div className="grid justify-items-start gap-3">
      {change.error && (
        <Failure error={change.error}>
          {change.error instanceof ProblemError &&
            (change.error.problem.errors ?? []).map((one) => one.message).join(" ")}
        </Failure>
      )}
      <Button busy={change.isPending} onClick={() => change.mutate()}>
        {me.role === "client" ? words.toWorker : words.toClient}
      </Button>
    </div>
  );
}
