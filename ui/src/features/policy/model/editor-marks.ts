/**
 * Where in the text does a diagnostic stand? Line and column as the service says, else the line of its path's last key,
 * else the first line. Invariant: a mark is never empty and always inside the text.
 */
import type { PolicyDiagnostic } from '@observatory/contracts';
import { asSentence } from '../../../lib/format.js';

export interface EditorMark {
  from: number;
  to: number;
  severity: PolicyDiagnostic['severity'];
  message: string;
}

function lineSpan(text: string, line: number): { from: number; to: number } {
  let from = 0;
  for (let count = 1; count < line; count += 1) {
    const next = text.indexOf('\n', from);
    if (next === -1) break;
    from = next + 1;
  }
  const end = text.indexOf('\n', from);
  return { from, to: end === -1 ? text.length : end };
}

export function editorMarks(text: string, diagnostics: readonly PolicyDiagnostic[]): EditorMark[] {
  if (text === '') return [];
  return diagnostics
    .map(({ severity, message, suggestion, line = 1, column = 1 }) => {
      const span = lineSpan(text, line);
      const from = Math.min(span.from + column - 1, Math.max(span.from, span.to - 1));
      const word = /^[^\s#]+/u.exec(text.slice(from, span.to))?.[0].length ?? 1;
      const to = Math.min(text.length, from + Math.max(1, word));
      return {
        from: Math.min(from, to - 1),
        to,
        severity,
        message: suggestion === undefined ? asSentence(message) : `${asSentence(message)} → ${suggestion}`,
      };
    })
    .toSorted((a, b) => a.from - b.from);
}
