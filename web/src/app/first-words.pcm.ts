/** The words of the first screen in Pidgin, for whoever chose it: everybody else starts without them. */

import "@/features/home/words.pcm";
import "@/features/jobs/card-words.pcm";
import "@/features/shifts/status-words.pcm";
import "@/ui/ui-words.pcm";
import "./words.pcm";
