/** Which part of the mesh a person looks at: `?cluster=east&ns=shop,pay`. None named means all. */
export interface Scope {
  cluster: string | undefined;
  namespaces: string[];
}

export function parseScope(values: { cluster?: string | undefined; ns?: string | undefined }): Scope {
  const names = (values.ns ?? '').split(',').map((name) => name.trim());
  return { cluster: values.cluster || undefined, namespaces: [...new Set(names)].filter((name) => name !== '').toSorted() };
}
