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

/** One TimeSeries message: labels sorted by name, a sample at each of `times` (ms). */
function timeSeries({ labels, perSecond }, times) {
  const parts = Object.keys(labels)
    .sort()
    .map((name) => labelBytes(name, labels[name]));
  for (const time of times) {
    const sample = Buffer.alloc(9);
    sample[0] = 0x09;
    sample.writeDoubleLE((perSecond * (time - times[0])) / 1000, 1);
    parts.push(field(2, Buffer.concat([sample, Buffer.from([0x10]), varint(time)])));
  }
  return field(1, Buffer.concat(parts));
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
  let batch = [];
  let count = 0;
  for (const one of series) {
    batch.push(timeSeries(one, times));
    count += 1;
    if (batch.length === SERIES_PER_REQUEST) {
      await post(url, batch);
      batch = [];
    }
  }
  if (batch.length > 0) await post(url, batch);
  return count;
}
