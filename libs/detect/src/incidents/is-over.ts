import type { AnomalyState } from '@observatory/contracts';

export const isOver = ({ state }: { readonly state: AnomalyState }): boolean => state === 'closed' || state === 'resolved';
