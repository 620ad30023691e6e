/** The settings of the demo mesh; every problem is listed at once. */
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const settings = z.object({
  DEMO_KUBE_PORT: port.default(0),
  DEMO_HTTP_PORT: port.default(0),
  /** Folder of the certificate authorities and of what the demo remembers. */
  DEMO_DATA: z.string().min(1),
  /** Data folder of the Prometheus that will scrape the mesh: its first minutes are written there. */
  DEMO_PROMETHEUS_DATA: z.string().min(1).optional(),
  DEMO_SEED: z.coerce.number().int().min(0).default(7),
});

export interface DemoConfig {
  readonly kubePort: number;
  readonly httpPort: number;
  readonly dataFolder: string;
  readonly seed: number;
  readonly prometheusFolder?: string | undefined;
}

export function readConfig(environment: Record<string, string | undefined>): DemoConfig {
  const parsed = settings.safeParse(environment);
  if (!parsed.success) throw new Error(`settings of the demo mesh:\n${z.prettifyError(parsed.error)}`);
  const { DEMO_KUBE_PORT, DEMO_HTTP_PORT, DEMO_DATA, DEMO_SEED, DEMO_PROMETHEUS_DATA } = parsed.data;
  return Object.freeze({
    kubePort: DEMO_KUBE_PORT,
    httpPort: DEMO_HTTP_PORT,
    dataFolder: DEMO_DATA,
    seed: DEMO_SEED,
    prometheusFolder: DEMO_PROMETHEUS_DATA,
  });
}
