import { catalogue } from "@/ui/words";

export const homeWords = catalogue({
  en: { hello: (name: string) => `Hello, ${name}` },
  pcm: { hello: (name) => `How far, ${name}` },
});
