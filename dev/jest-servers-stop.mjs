export default async function stopServers() {
  await globalThis.observatoryPostgres?.[Symbol.asyncDispose]();
}
