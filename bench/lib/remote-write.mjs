// Loads series into a real Prometheus through its remote-write receiver: protobuf in Snappy framing without compression.
const SERIES_PER_REQUEST = 4000;

function varint(value) {
  const bytes = [];
  let rest = BigInt(value);
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

function field(number, payload) {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(payload.length), payload]);
}

const labelCache = new Map();
function labelBytes(name, value) {
  const key = `${name}\u0000${value}`;
  let bytes = labelCache.get(key);
  if (!bytes) {
    bytes = field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))]));
    if (labelCache.size < 200_000) labelCache.set(key, bytes);
  }
  return bytes;
}

/** Samples at `times` (ms) whose values are not filled in yet, and where in it each value stands. */
function samplesAt(times) {
  const parts = times.map((time) => field(2, Buffer.concat([Buffer.from([0x09]), Buffer.alloc(8), Buffer.from([0x10]), varint(time)])));
  let end = 0;
  // A value stands after the field's two bytes and its own tag.
  const offsets = parts.map((part) => (end += part.length) - part.length + 3);
  return { bytes: Buffer.concat(parts), offsets };
}

/** One TimeSeries message: labels sorted by name, a sample at each of `times` (ms). */
function timeSeries({ labels, perSecond }, times, { bytes, offsets }) {
  const samples = Buffer.from(bytes);
  offsets.forEach((offset, index) => samples.writeDoubleLE((perSecond * (times[index] - times[0])) / 1000, offset));
  const parts = Object.keys(labels)
    .sort()
    .map((name) => labelBytes(name, labels[name]));
  return field(1, Buffer.concat([...parts, samples]));
}

/** Snappy allows a block that is one literal. */
function snappyLiteral(data) {
  const header = Buffer.alloc(5);
  header[0] = 0xfc;
  header.writeUInt32LE(data.length - 1, 1);
  return Buffer.concat([varint(data.length), header, data]);
}

async function post(url, messages) {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf', 'x-prometheus-remote-write-version': '0.1.0' },
    body: snappyLiteral(Buffer.concat(messages)),
  });
  if (!response.ok) throw new Error(`remote write: ${response.status} ${await response.text()}`);
}

/** Writes each series with samples at `times`. Returns how many series were written. */
export async function writeSeries(url, series, times) {
  const samples = samplesAt(times);
  let batch = [];
  let count = 0;
  for (const one of series) {
    batch.push(timeSeries(one, times, samples));
    count += 1;
    if (batch.length === SERIES_PER_REQUEST) {
      await post(url, batch);
      batch = [];
    }
  }
  if (batch.length > 0) await post(url, batch);
  return count;
}
