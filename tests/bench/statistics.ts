// Medians and spread.

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

/** The value below which a part of the values lies, between 0 and 1; in between two of them by proportion. */
export function quantile(values: readonly number[], fraction: number): number {
  if (values.length === 0) throw new RangeError("values must not be empty");
  const ordered = sorted(values);
  const place = fraction * (ordered.length - 1);
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return ordered[below] + (ordered[above] - ordered[below]) * (place - below);
}

/** The median. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Half the distance of the quartiles, as a part of the median: the middle half of the values lies within. */
export function spread(values: readonly number[]): number {
  const distance = quantile(values, 0.75) - quantile(values, 0.25);
  return distance === 0 ? 0 : Math.abs(distance / 2 / median(values));
}
