import { assert } from "@std/assert";

/** A buffer that fails the test when anything outside of it is looked at. */
export function guarded(bytes: Uint8Array): Uint8Array {
  return new Proxy(bytes, {
    get(target, key) {
      if (typeof key === "string" && /^-?[\d.]/.test(key)) {
        assert(Number(key) >= 0 && Number(key) < target.length, `byte ${key} of ${target.length} is read`);
      }
      if (key === "subarray" || key === "slice") {
        return (start = 0, end = target.length) => {
          assert(start >= 0 && start <= end && end <= target.length, `${key}(${start}, ${end}) of ${target.length}`);
          return guarded(target[key](start, end));
        };
      }
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
