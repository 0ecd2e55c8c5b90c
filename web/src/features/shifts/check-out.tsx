import { useQueryClient } from "@tanstack/react-query";
import { attendanceChanged, checkOut } from "@/api/queries/assignments";
import { Step } from "@/api/step";
import type { Assignment } from "@/api/types";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { shiftWords } from "./words";

export function CheckOut({ shift }: { shift: Assignment }) {
  const words = useWords(shiftWords);
  const queries = useQueryClient();
  return (
    <Step
      label={words.checkOut}
      look="main"
      title={words.checkOutTitle}
      yes={words.checkOutNow}
      back={words.stay}
      send={() => checkOut(shift.id)}
      done={(answer) => {
        toast(words.checkedOut, "gain");
        return attendanceChanged(queries, answer);
      }}
    >
      <p>{words.checkOutText}</p>
    </Step>
  );
}
