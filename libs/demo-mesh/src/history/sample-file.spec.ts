import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { counterMetric, type SeriesGroup } from '../exposition/series.js';
import { SampleFile } from './sample-file.js';

describe('SampleFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sample-file-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const requests = counterMetric('requests_total');
  const group = (labels: string): SeriesGroup => ({ labels, cache: [] });
  const pod = { id: 0, labels: 'pod="a"' };
  type Sample = [timeSec: number, group: SeriesGroup, value: number];

  function check(name: string, samples: Sample[], expected: string[], keep: (labels: string) => boolean = () => true): void {
    const path = join(folder, name);
    const file = new SampleFile(path, ({ labels }) => keep(labels));
    for (const [timeSec, of, value] of samples) file.sinkAt(timeSec, pod)(of, requests, value);
    file.close();
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toEqual([...expected, '# EOF']);
    expect(file.samples).toBe(expected.length);
  }
  const line = (labels: string, value: number, timeSec: number) => `requests_total{${labels},pod="a"} ${value} ${timeSec}`;
  const [ok, twin, failed] = [group('code="200"'), group('code="200"'), group('code="503"')];

  it('writes an instant after the other', () => {
    check(
      'a',
      [
        [1, ok, 2],
        [1, failed, 1],
        [2, ok, 3],
      ],
      [line('code="200"', 2, 1), line('code="503"', 1, 1), line('code="200"', 3, 2)],
    );
  });
  it('sums equal series of an instant, as a scrape does', () => {
    check(
      'b',
      [
        [1, ok, 2],
        [1, twin, 5],
        [2, twin, 6],
        [2, ok, 3],
      ],
      [line('code="200"', 7, 1), line('code="200"', 9, 2)],
    );
  });
  it('does so in a later file too, whichever of them comes first there', () => {
    check(
      'c',
      [
        [3, twin, 1],
        [3, ok, 1],
        [4, ok, 5],
      ],
      [line('code="200"', 2, 3), line('code="200"', 5, 4)],
    );
  });
  it('leaves out what is not kept', () => {
    const dropped = group('code="404"');
    check(
      'd',
      [
        [1, dropped, 2],
        [1, ok, 1],
      ],
      [line('code="200"', 1, 1)],
      (labels) => !labels.includes('404'),
    );
  });
});
