import { RowReader, type Envelope, type RowValues } from './row-reader.js';

type Row = RowValues & { metric: Record<string, string> };

/** Reads `text` in pieces of `size` bytes. */
function readAll(text: string, size: number): { rows: Row[]; envelope: Envelope } {
  const values: RowValues[] = [];
  const reader = new RowReader((row) => values.push(row) > 0);
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) reader.push(bytes.subarray(start, start + size));
  const envelope = reader.end();
  expect(reader.rows.length).toBe(values.length);
  return { rows: values.map((row, index) => ({ ...row, metric: reader.rows.metric(index) })), envelope };
}

/** Whatever the pieces, the rows are those of JSON.parse. */
function check(text: string): void {
  const expected = JSON.parse(text) as { status: string; warnings?: string[]; data: { result: unknown[] } };
  for (const size of [1, 2, 7, 64, 1_000_000]) {
    const { rows, envelope } = readAll(text, size);
    expect(rows).toEqual(expected.data.result);
    expect(envelope.status).toBe(expected.status);
    expect(envelope.warnings).toEqual(expected.warnings);
  }
}

const answer = (resultType: string, rows: string, tail = ''): string =>
  `{"status":"success","data":{"resultType":"${resultType}","result":[${rows}]}${tail}}`;

describe('RowReader', () => {
  it('reads vectors', () => {
    check(answer('vector', '{"metric":{},"value":[1700000000,"1"]}'));
    check(answer('vector', '{"metric":{"a":"1","b":"2"},"value":[1.5,"2"]},{"metric":{"a":"1","b":"3"},"value":[1.5,"NaN"]}'));
    check(
      answer(
        'vector',
        '{"metric":{"a":"1","b":"2"},"value":[1,"2"]},{"metric":{"a":"1"},"value":[1,"2"]},{"metric":{"c":"1","b":"2"},"value":[1,"+Inf"]}',
      ),
    );
  });

  it('reads matrices', () => {
    check(answer('matrix', '{"metric":{"a":"1"},"values":[[1,"2"],[2,"3"]]},{"metric":{"a":"2"},"values":[[1,"2"]]}'));
  });

  it('reads hostile label values', () => {
    const value = JSON.stringify('quote " brace } bracket ] back\\slash {"metric":{"x":"y"},"value":[1,"2"]} é 漢 😀 \u0001');
    check(answer('vector', `{"metric":{"a":${value},"b":""},"value":[1,"2"]},{"metric":{"a":"plain","b":${value}},"value":[1,"2"]}`));
    check(answer('vector', '{"metric":{"a":"ends in a backslash \\\\","b":"x"},"value":[1,"2"]}'));
  });

  it('reads other ways to write the same JSON', () => {
    check(answer('vector', '{"value":[1,"2"],"metric":{"a":"1"}}'));
    check(answer('vector', '{"metric":{"a":"1"},"value":[1,"2"],"group":1}, {"metric":{"a":"2"},"value":[1,"2"],"group":1}'));
    check(answer('vector', '{"metric":{"a": "1", "b":"2"},"value":[1,"2"]}'));
    check('{ "status": "success", "data": { "resultType": "vector", "result": [ { "metric": { "a": "1" }, "value": [ 1, "2" ] } ] } }');
  });

  it('reads warnings and empty answers', () => {
    check(answer('vector', ''));
    check(answer('vector', '{"metric":{"a":"1"},"value":[1,"2"]}', ',"warnings":["a store is away"]'));
    check('{"status":"success","warnings":["partial"],"data":{"resultType":"vector","result":[{"metric":{"a":"1"},"value":[1,"2"]}]}}');
  });

  it('keeps each label value once', () => {
    const { rows } = readAll(
      answer(
        'vector',
        Array.from({ length: 20_000 }, (_, index) => `{"metric":{"pod":"pod-${index % 10_000}"},"value":[1,"2"]}`).join(','),
      ),
      4096,
    );
    expect(rows.length).toBe(20_000);
    expect(rows[15_000]!.metric).toEqual({ pod: 'pod-5000' });
  });

  it('gives an error answer as it is', () => {
    expect(readAll('{"status":"error","errorType":"bad_data","error":"parse error"}', 5).envelope).toEqual({
      status: 'error',
      errorType: 'bad_data',
      error: 'parse error',
    });
  });

  it('does not take an answer that was cut off', () => {
    const text = answer('vector', '{"metric":{"a":"1","b":"2"},"value":[1.5,"2"]},{"metric":{"a":"1","b":"3"},"value":[1.5,"7"]}');
    for (let length = 0; length < text.length; length += 1) expect(() => readAll(text.slice(0, length), 8)).toThrow(SyntaxError);
  });
});
