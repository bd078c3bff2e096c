// A progress bar on standard error; nothing where that is no terminal. (The one of @std/cli is not stable yet.)

const WIDTH = 30;
const encoder = new TextEncoder();

/** Says how far the bench is. */
export class Progress {
  readonly #total: number;
  readonly #start = performance.now();
  #done = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** Says what comes next. */
  show(what: string): void {
    const filled = Math.round(WIDTH * this.#done / this.#total);
    const seconds = (performance.now() - this.#start) / 1000;
    const left = this.#done === 0 ? "" : `, ${Math.ceil(seconds / this.#done * (this.#total - this.#done))} s left`;
    this.#write(`[${"#".repeat(filled)}${"-".repeat(WIDTH - filled)}] ${this.#done}/${this.#total}${left}  ${what}`);
  }

  /** Counts one as done. */
  advance(): void {
    this.#done++;
  }

  /** Takes the bar away. */
  end(): void {
    this.#write("");
  }

  #write(text: string): void {
    if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(encoder.encode(`\r\x1b[K${text}`));
  }
}
