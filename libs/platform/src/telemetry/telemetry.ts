/** Traces of the suite itself by OpenTelemetry, only where OTEL_EXPORTER_OTLP_ENDPOINT says where to: the SDK costs start-up time. */
export async function startTelemetry(service: string, endpoint: string | undefined): Promise<() => Promise<void>> {
  if (!endpoint) return async () => undefined;
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ serviceName: `observatory-${service}` });
  sdk.start();
  return () => sdk.shutdown();
}
