import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { useMe } from "@/api/queries/me";
import { dropAvatar, meChanged, saveAvatar } from "@/api/queries/people";
import { Avatar } from "@/ui/avatar";
import { Button, buttonLook } from "@/ui/button";
import { toast } from "@/ui/toast";
import { useWords } from "@/ui/words";
import { profileWords } from "./words";

export function Picture() {
  const words = useWords(profileWords);
  const me = useMe();
  const queries = useQueryClient();
  const field = useId();
  const save = useMutation({
    mutationFn: saveAvatar,
    async onSuccess(saved) {
      await meChanged(queries, saved);
      toast(words.pictureSaved, "gain");
    },
  });
  const drop = useMutation({ mutationFn: dropAvatar, onSuccess: () => meChanged(queries) });
  return (
    <div className="flex flex-wrap items-center gap-4">
      <Avatar name={me.name} url={me.avatar_url} size="large" />
      <label
        htmlFor={field}
        className={buttonLook("plain", "has-focus-visible:outline-3 has-focus-visible:outline-action")}
      >
        {words.choosePicture}
        <input
          id={field}
          type="file"
          accept="image/jpeg,image/png,image/webp"
          className="sr-only"
          disabled={save.isPending}
          onChange={(event) => {
            const [picture] = event.target.files ?? [];
            if (picture) save.mutate(picture);
            event.target.value = "";
          }}
        />
      </label>
      {me.avatar_url && (
        <Button look="quiet" busy={drop.isPending} onClick={() => drop.mutate()}>
          {words.dropPicture}
        </Button>
      )}
    </div>
  );
}
