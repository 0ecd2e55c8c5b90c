import { useMe } from "@/api/queries/me";
import { Page } from "@/ui/page";
import { useWords } from "@/ui/words";
import { homeWords } from "./words";

export default function WorkerHome() {
  const words = useWords(homeWords);
  const me = useMe();
  return <Page title={words.hello(me.first_name)}>{me.email}</Page>;
}
