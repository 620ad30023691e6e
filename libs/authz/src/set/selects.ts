/** Does a label selector pick these labels? An empty one picks nothing here: what "no selector" means differs from kind to kind. */
export function isSelected(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}
