import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { JobFilters } from "@/api/queries/jobs";
import type { FoundJob } from "@/api/types";
import { Button } from "@/ui/button";
import { money } from "@/ui/format";
import { useWords } from "@/ui/words";
import { PLACES } from "./places";
import { jobWords } from "./words";

const LAGOS: L.LatLngTuple = [6.52, 3.38];

/** Where the jobs are, among the names of cities and quarters. It draws no picture tiles: those would tell a third
    party where somebody looks for work, and cost more data than the rest of the app. */
export default function JobMap({ jobs, here }: { jobs: FoundJob[]; here: JobFilters }) {
  const words = useWords(jobWords);
  const navigate = useNavigate();
  const place = useRef<HTMLDivElement>(null);
  const map = useRef<L.Map | null>(null);
  const points = useRef<L.LayerGroup | null>(null);

  useEffect(() => {
    if (!place.current) return;
    // Leaflet's own controls are written as HTML, which this page's policy refuses: ours are below. Its zoom animation goes
    // on for a quarter of a second after the map is gone, and fails.
    const options = { zoomControl: false, attributionControl: false, zoomAnimation: false };
    const made = L.map(place.current, options).setView(LAGOS, 10);
    for (const [name, latitude, longitude] of PLACES) {
      L.marker([latitude, longitude], { icon: label(name), interactive: false, keyboard: false }).addTo(made);
    }
    points.current = L.layerGroup().addTo(made);
    made.on("zoomend moveend", () => hideCoveredNames(made.getContainer()));
    map.current = made;
    return () => void made.remove();
  }, []);

  useEffect(() => {
    const layer = points.current;
    if (!layer || !map.current) return;
    layer.clearLayers();
    const bounds: L.LatLngTuple[] = [];
    for (const job of jobs) {
      if (job.latitude === null || job.longitude === null) continue;
      const at: L.LatLngTuple = [job.latitude, job.longitude];
      bounds.push(at);
      L.marker(at, { icon: pin(money(job.rate_kobo)), title: job.title, alt: job.title })
        .on("click", () => void navigate({ to: "/jobs/$jobId", params: { jobId: job.id } }))
        .addTo(layer);
    }
    if (typeof here.latitude === "number" && typeof here.longitude === "number") {
      const at: L.LatLngTuple = [here.latitude, here.longitude];
      bounds.push(at);
      if (here.radius_km) L.circle(at, { radius: here.radius_km * 1000, interactive: false }).addTo(layer);
      L.marker(at, { icon: pin(words.you), interactive: false, keyboard: false }).addTo(layer);
    }
    if (bounds.length > 0) map.current.fitBounds(bounds, { padding: [30, 30], maxZoom: 13 });
    hideCoveredNames(map.current.getContainer());
  }, [jobs, here.latitude, here.longitude, here.radius_km, navigate, words]);

  return (
    <div className="grid gap-2">
      <section
        ref={place}
        aria-label={words.mapLabel}
        className="isolate h-80 rounded-lg border border-line bg-action-tint! md:h-[28rem]"
      />
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={() => map.current?.zoomIn()}>{words.zoomIn}</Button>
        <Button onClick={() => map.current?.zoomOut()}>{words.zoomOut}</Button>
        <p className="text-sm text-soft">{words.mapHint}</p>
      </div>
    </div>
  );
}

/** A name that a pin or another name covers, or the edge cuts, cannot be read. */
function hideCoveredNames(place: HTMLElement) {
  const frame = place.getBoundingClientRect();
  const taken = Array.from(place.querySelectorAll(".job-map-pin"), (pin) => pin.getBoundingClientRect());
  for (const name of place.querySelectorAll<HTMLElement>(".job-map-name")) {
    const box = name.getBoundingClientRect();
    const cut = box.left < frame.left || box.right > frame.right;
    const covered = taken.some(
      (other) => other.left < box.right && box.left < other.right && other.top < box.bottom && box.top < other.bottom,
    );
    name.classList.toggle("invisible", cut || covered);
    if (!cut && !covered) taken.push(box);
  }
}

function element(text: string, look: string): HTMLElement {
  const made = document.createElement("span");
  made.className = `absolute -translate-x-1/2 -translate-y-1/2 whitespace-nowrap text-sm ${look}`;
  made.textContent = text;
  return made;
}

function pin(text: string): L.DivIcon {
  const look = "job-map-pin rounded-sm bg-action px-2 py-1 font-medium text-on-action";
  return L.divIcon({ html: element(text, look), className: "", iconSize: [0, 0] });
}

function label(text: string): L.DivIcon {
  return L.divIcon({ html: element(text, "job-map-name text-soft"), className: "", iconSize: [0, 0] });
}
