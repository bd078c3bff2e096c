// Notes beside the port file by how many milliseconds a timer of 10 ms has been late at most.
import { writeFileSync } from "node:fs";

const INTERVAL = 10;
/** The compilers are busy at first. */
const IGNORED = 500;

export function watchTimer(portFile) {
  let worst = 0;
  let before = 0;
  let ignoredUntil = Infinity;
  const tick = () => {
    const time = performance.now();
    if (ignoredUntil === Infinity) ignoredUntil = time + IGNORED;
    const late = time - before - INTERVAL;
    if (time > ignoredUntil && late > worst) writeFileSync(`${portFile}.note`, `${worst = late}`);
    before = performance.now();
    setTimeout(tick, INTERVAL);
  };
  setTimeout(tick, INTERVAL);
}
