/** How long a test may take before it counts as hanging. Far more than any needs: it fails a test, it times nothing. */
export const LIMIT = { timeout: 120_000 } as const;
