/** The map's state, from and into the URL. */
import { useCallback, useMemo } from 'react';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { mapUrl, parseMapState, type MapState } from './model/map-url.js';

export type SetMapState = (change: Partial<MapState>, options?: { replace?: boolean }) => void;

/** Sets keep their identity while their text stays: scenes are built anew when they change. */
export function useMapState(): [MapState, SetMapState] {
  const values = useUrlValues();
  const setUrl = useSetUrl();
  const { open, close } = values;
  const opened = useMemo(() => parseMapState({ open }).opened, [open]);
  const closed = useMemo(() => parseMapState({ close }).closed, [close]);
  const state = useMemo(() => ({ ...parseMapState(values), opened, closed }), [values, opened, closed]);
  const set = useCallback<SetMapState>((change, options) => setUrl(mapUrl(change), options), [setUrl]);
  return [state, set];
}
