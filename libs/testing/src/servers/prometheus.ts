import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../processes/free-port.js';
import { answersOk, launch, serverFolder, type Server, type ServerPlan } from './server.js';

export interface PrometheusOptions {
  /** Holds the configuration and, under `data`, the time series. */
  readonly folder: string;
  readonly port: number;
  readonly logFile: string;
  /** The configuration file's text; read again at each start. */
  readonly config: string | (() => Promise<string>);
  readonly retentionDays?: number;
}

/** Where the time series are, for tools that write blocks. */
export const prometheusDataFolder = (folder: string): string => join(folder, 'data');

export function planPrometheus({ folder, port, logFile, config, retentionDays = 15 }: PrometheusOptions): ServerPlan {
  const configFile = join(folder, 'prometheus.yml');
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    process: {
      name: 'prometheus',
      command: 'prometheus',
      args: [
        `--config.file=${configFile}`,
        `--storage.tsdb.path=${prometheusDataFolder(folder)}`,
        `--storage.tsdb.retention.time=${retentionDays}d`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-lifecycle',
        '--log.level=warn',
      ],
      logFile,
      prepare: async () => {
        await mkdir(prometheusDataFolder(folder), { recursive: true });
        await writeFile(configFile, typeof config === 'string' ? config : await config());
      },
      isReady: () => answersOk(`${url}/-/ready`),
      readyWithinMs: 120_000,
      graceMs: 15_000,
      // The data folder's lock may outlive a killed server for a moment.
      retryStartWhen: /opening storage failed: lock DB directory/,
    },
  };
}

/** A server that scrapes nothing unless `config` says so. */
export async function startPrometheus({
  config = 'global: {scrape_interval: 1s}\n',
  folder,
}: { config?: string; folder?: string } = {}): Promise<Server> {
  const place = await serverFolder('prometheus', folder);
  return launch(
    planPrometheus({ folder: place.folder, port: await freePort(), logFile: join(place.folder, 'prometheus.log'), config }),
    place,
  );
}
