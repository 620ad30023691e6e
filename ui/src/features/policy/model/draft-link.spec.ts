import { LINK_MAX, packDraft, unpackDraft, type Draft } from './draft-link.js';

describe('a draft in a link', () => {
  const check = async (draft: Draft) => expect(await unpackDraft((await packDraft(draft)) ?? '')).toEqual(draft);
  it('reads back', async () => {
    await check({ text: '', deletions: [] });
    await check({ text: 'kind: Ä\n'.repeat(500), deletions: ['AuthorizationPolicy/shop/a'] });
  });
  it('is safe in an address', async () => expect(await packDraft({ text: 'kind: A'.repeat(99), deletions: [] })).toMatch(/^[\w-]+$/u));
  it('is none where it would be too long', async () => {
    const noise = Array.from({ length: 9000 }, (_, index) => ((index * 7919) % 65_521).toString(36)).join('');
    expect(await packDraft({ text: noise, deletions: [] })).toBeUndefined();
  });
  it.each(['', '%%', 'AAAA', 'x'.repeat(LINK_MAX + 1)])('%.10s is no draft', async (link) =>
    expect(await unpackDraft(link)).toBeUndefined(),
  );
  it('unpacks no bomb', async () => {
    const text = JSON.stringify({ t: 'a'.repeat(2_000_000), d: [] });
    const packed = await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer();
    const bomb = btoa(Array.from(new Uint8Array(packed), (byte) => String.fromCharCode(byte)).join(''));
    expect(bomb.length).toBeLessThan(LINK_MAX);
    expect(await unpackDraft(bomb)).toBeUndefined();
    expect(await packDraft({ text: 'a'.repeat(1_000_001), deletions: [] })).toBeUndefined();
  });
});
