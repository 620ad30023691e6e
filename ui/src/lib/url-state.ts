/** View state lives in the URL, so that every view can be linked to. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { UrlValues } from './url-values.js';

export function useUrlValues(): UrlValues {
  return useSearch({ strict: false }) as UrlValues;
}

/** Merges values into the URL; `undefined` takes one out. `replace` for what changes often, such as typing. */
export function useSetUrl(): (change: UrlValues, options?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  return useCallback(
    (change, options) => {
      const search = (before: object) => ({ ...before, ...change });
      void navigate({ to: '.', search, replace: options?.replace ?? false } as Parameters<typeof navigate>[0]);
    },
    [navigate],
  );
}
