// What every HTTP server of the bench answers, by its argument body=BYTES.
const bytes = Number(globalThis.process.argv.find((argument) => argument.startsWith("body=")).slice(5));

/** The body, as text. */
export const body = "x".repeat(bytes);
