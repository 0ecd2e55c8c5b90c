import { catalogue } from "@/ui/language";
import { useWords } from "@/ui/words";

const directionsWords = catalogue({
  en: { show: "Directions" },
  pcm: { show: "Show me road" },
});

type Place = { latitude: number | null; longitude: number | null };

/** In the phone's own map app, whichever that is. */
export function Directions({ to: { latitude, longitude } }: { to: Place }) {
  const words = useWords(directionsWords);
  if (latitude === null || longitude === null) return null;
  return (
    <a href={`geo:${latitude},${longitude}?q=${latitude},${longitude}`} className="text-action underline">
      {words.show}
    </a>
  );
}
