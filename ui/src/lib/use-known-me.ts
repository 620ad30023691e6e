/** Who is signed in, as far as it was read: what only words a problem must not ask, and fail, itself. */
import { useQuery } from '@tanstack/react-query';
import { meQuery } from './queries.js';

export const useKnownMe = () => useQuery({ ...meQuery(), enabled: false }).data;
