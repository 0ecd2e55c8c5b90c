import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { attendanceChanged, checkOut } from "@/api/queries/assignments";
import type { Assignment } from "@/api/types";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { shiftWords } from "./words";

export function CheckOut({ shift }: { shift: Assignment }) {
  const words = useWords(shiftWords);
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const leave = useMutation({
    mutationFn: () => checkOut(shift.id),
    async onSuccess(answer) {
      setAsking(false);
      toast(words.checkedOut, "gain");
      await attendanceChanged(queries, answer);
    },
  });
  return (
    <>
      <Button look="main" onClick={() => setAsking(true)}>
        {words.checkOut}
      </Button>
      <Dialog open={asking} onClose={() => setAsking(false)} title={words.checkOutTitle} sheet>
        <p>{words.checkOutText}</p>
        <div className="flex flex-wrap gap-3">
          <Button look="main" busy={leave.isPending} onClick={() => leave.mutate()}>
            {words.checkOutNow}
          </Button>
          <Button onClick={() => setAsking(false)}>{words.stay}</Button>
        </div>
      </Dialog>
    </>
  );
}
