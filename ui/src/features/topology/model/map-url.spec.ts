import { MAP_DEFAULTS, mapUrl, parseCamera, parseMapState, type MapState } from './map-url.js';

describe('map state in the URL', () => {
  it('the default is an empty URL, both ways', () => {
    expect(parseMapState({})).toEqual(MAP_DEFAULTS);
    expect(Object.values(mapUrl({ ...MAP_DEFAULTS, selected: '', camera: null })).every((value) => value === undefined)).toBe(true);
  });
  it('every state reads back', () => {
    const state: MapState = {
      graph: 'service',
      window: '1h',
      labels: 'p95',
      overlay: 'latency',
      find: 'errors > 1%',
      hide: 'idle',
      idle: false,
      locks: false,
      grouped: false,
      table: true,
      selected: 'workload~demo~shop~cart',
      opened: new Set(['demo/a', 'demo/b']),
      closed: new Set(['demo/c']),
      camera: { x: 12, y: -7, zoom: 0.25 },
    };
    const values = Object.fromEntries(Object.entries(mapUrl(state)).filter(([, value]) => value !== undefined));
    expect(parseMapState(values)).toEqual(state);
  });
  it('a change names only what it changes', () => {
    expect(mapUrl({ selected: null })).toEqual({ sel: undefined });
    expect(mapUrl({ idle: true, find: 'a' })).toEqual({ idle: undefined, find: 'a' });
  });
  it('what does not parse is the default', () => {
    expect(parseMapState({ graph: 'x', window: '100d', labels: '', overlay: 'none', cam: '1,2' })).toEqual(MAP_DEFAULTS);
  });
  it.each(['', '1,2', 'a,b,c', '1,2,0', '1,2,-1', undefined])('%j is no camera', (text) => expect(parseCamera(text)).toBeNull());
});
