import { flowPieces, type KnownOfResolution } from './flow-pieces.js';
import type { Resolution } from './resolution.js';

const at = (hours: number): Date => new Date(Date.UTC(2026, 0, 1) + hours * 3_600_000);
const known = (share: number, newestHours?: number): KnownOfResolution => ({
  share,
  newest: newestHours === undefined ? undefined : at(newestHours),
});

function check(hours: [number, number], given: Record<Resolution, KnownOfResolution>, expected: [Resolution, number, number][]): void {
  const pieces = flowPieces({ from: at(hours[0]), to: at(hours[1]) }, given);
  expect(pieces).toEqual(expected.map(([resolution, from, to]) => ({ resolution, from: at(from), to: at(to) })));
}

describe('flowPieces', () => {
  it('reads a week by hours, and its end finer and finer', () =>
    check([0, 168], { raw: known(0.1, 167.99), '5m': known(1, 167.75), '1h': known(1, 167) }, [
      ['1h', 0, 167],
      ['5m', 167, 167.75],
      ['raw', 167.75, 167.99],
    ]));
  it('reads an hour by raw windows', () => check([0, 1], { raw: known(1, 1), '5m': known(1, 1), '1h': known(1, 1) }, [['raw', 0, 1]]));
  it('reads history that is there as rollups only', () =>
    check([0, 2], { raw: known(0.1, 2), '5m': known(0.9, 1.75), '1h': known(0.5, 1) }, [
      ['5m', 0, 1.75],
      ['raw', 1.75, 2],
    ]));
  it('starts with what there is in a young mesh', () =>
    check([0, 168], { raw: known(0.01, 168), '5m': known(0.01, 167.9), '1h': known(0, undefined) }, [
      ['5m', 0, 167.9],
      ['raw', 167.9, 168],
    ]));
  it('is nothing where nothing is known', () => check([0, 168], { raw: known(0), '5m': known(0), '1h': known(0) }, []));
});
