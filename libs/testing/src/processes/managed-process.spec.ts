import { tellingLines } from './managed-process.js';

describe('tellingLines', () => {
  const check = (log: string, expected: string[]) => expect(tellingLines(log)).toEqual(expected);
  const info = '{"level":30,"msg":"Mapped {/healthz, GET} route"}';
  const failure = '{"level":50,"msg":"the table is missing"}';

  it('prefers what is no structured entry, or an error', () => {
    check(`gateway: keptMs is not defined\n${info}\n${info}\n`, ['gateway: keptMs is not defined']);
    check(`${info}\n${failure}\n${info}\n`, [failure]);
  });
  it('shows the last lines when nothing stands out', () => {
    check(`${info}\n`, [info]);
    check('', []);
    check(
      Array.from({ length: 20 }, (_, index) => `${info}${index}`).join('\n'),
      Array.from({ length: 8 }, (_, index) => `${info}${index + 12}`),
    );
  });
});
