/** How far in does the line after this one begin? As policies are written: two columns deeper behind a key that opens something. */
export function indentAfter(line: string): number {
  const body = line.replace(/\s+#.*$/u, '');
  const [lead = '', spaces = '', dashes = ''] = /^(\s*)((?:-\s+)*)/u.exec(body) ?? [];
  if (body.trim() === '') return line.length;
  if (body.trimEnd().endsWith(':')) return lead.length + 2;
  // Behind an item that is a word of its own, the next item begins; behind one that is an object, its next key.
  const isWord = dashes !== '' && !/^[\w./-]+:\s/u.test(body.slice(lead.length));
  return isWord ? spaces.length : lead.length;
}
