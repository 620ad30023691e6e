/** Keys that work everywhere. */
export function Keys() {
  return null;
}
