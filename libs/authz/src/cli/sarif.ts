/** Problems as SARIF 2.1.0, which code hosts show beside the lines of a change. */
import type { FileProblems } from './problem.js';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

export function sarifOf(files: readonly FileProblems[]): object {
  const codes = [...new Set(files.flatMap(({ problems }) => problems.map(({ code }) => code)))].toSorted();
  const results = files.flatMap(({ file, problems }) =>
    problems.map(({ severity, code, message, suggestion, line, column }) => ({
      ruleId: code,
      ruleIndex: codes.indexOf(code),
      level: LEVELS[severity],
      message: { text: suggestion === undefined ? message : `${message}. Write: ${suggestion}` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: file === '-' ? 'stdin' : encodeURI(file.replaceAll('\\', '/')) },
            region: { startLine: line, startColumn: column },
          },
        },
      ],
    })),
  );
  const driver = {
    name: 'observatory-policy',
    informationUri: 'https://istio.io/latest/docs/reference/config/security/',
    rules: codes.map((id) => ({ id })),
  };
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
}
