import { Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { useWords } from "@/ui/words";
import { appWords } from "./words";

/** While the file of a screen is on its way. */
export function Loading() {
  const words = useWords(appWords);
  return (
    <Page title={words.loading}>
      <Skeleton />
    </Page>
  );
}

/** While it is not known yet who is there: nothing stands around it. */
export function Starting() {
  return (
    <main>
      <Loading />
    </main>
  );
}
