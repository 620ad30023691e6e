import { pack, unpack, type Kept } from './envelope.js';

describe('envelope', () => {
  const check = async (kept: Kept) => expect(await unpack(await pack(kept))).toEqual(kept);
  const about = { version: '17', fetchedAt: 1_780_495_350_000 };
  it('gives back what it was given', async () => {
    await check({ ...about, bytes: Buffer.from('{"a":"\n"}'), etag: 'W/"x"' });
    await check({ ...about, bytes: Buffer.from('') });
    await check({ ...about, bytes: Buffer.from(`"${'long '.repeat(10_000)}"`) });
  });
  it('is small where the answer is large', async () => {
    expect((await pack({ ...about, bytes: Buffer.from('x'.repeat(1_000_000)) })).length).toBeLessThan(20_000);
  });
  it('is nothing where it is something else', async () => {
    for (const bytes of ['', 'nonsense', '{}', '{"zipped":true}\nnot zipped']) expect(await unpack(Buffer.from(bytes))).toBeUndefined();
  });
});
