/** How fresh the sources of an answer are, as proto says it: what is not known is absent there, and null in JSON. */
import type { SourceFreshness } from './generated/observatory/common/v1/common.js';

type Said = Omit<SourceFreshness, 'freshAt'> & { readonly freshAt: string | null };

export const sourcesToProto = (sources: readonly Said[]): SourceFreshness[] =>
  sources.map(({ freshAt, ...source }) => ({ ...source, freshAt: freshAt ?? undefined }));
