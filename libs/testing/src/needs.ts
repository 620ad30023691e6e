import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Tools that a fresh machine may lack and nothing installs: tests that need one are skipped without it, and the test run says so. */
export const OPTIONAL_TOOLS = {
  kubeApiserver: 'KUBEBUILDER_ASSETS names no folder with kube-apiserver and etcd',
  opa: 'opa is not on PATH',
  helm: 'neither helm nor helm-template is on PATH',
} as const;
export type OptionalTool = keyof typeof OPTIONAL_TOOLS;

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const onPath = (name: string): boolean => (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)));

export function hasTool(tool: OptionalTool): boolean {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  switch (tool) {
    case 'kubeApiserver':
      return assets !== undefined && ['kube-apiserver', 'etcd'].every((name) => isExecutable(join(assets, name)));
    case 'opa':
      return onPath('opa');
    case 'helm':
      return onPath('helm') || onPath('helm-template');
  }
}

/** `describe` where the tool is there, else a skipped block whose title says what is missing. */
export function describeWith(tool: OptionalTool, title: string, body: () => void): void {
  if (hasTool(tool)) describe(title, body);
  else describe.skip(`${title} (${OPTIONAL_TOOLS[tool]})`, body);
}
