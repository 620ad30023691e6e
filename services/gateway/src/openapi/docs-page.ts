/** The OpenAPI document as one page for people: no script, no foreign origin, so that it lives under the same policy as the UI. */
import { ERROR_CODES } from '@observatory/contracts';
import type { OpenApiDocument, Operation, Parameter } from './document.js';

export const DOCS_STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.875em; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 0.375rem; }
details { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 0.5rem 0; }
summary { cursor: pointer; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 600; }
`;

export function docsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))];
  const sections = tags.map((tag) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(tag));
    return `<h2>${text(tag)}</h2>${own.map(({ path, method, operation }) => operationBlock(path, method, operation)).join('')}`;
  });
  const schemas = Object.entries(document.components.schemas).sort(([a], [b]) => a.localeCompare(b));
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(document.info.title)}: REST</title><link rel="stylesheet" href="/api/docs/style.css"></head>
<body>
<h1>${text(document.info.title)}: REST</h1>
<p>${text(document.info.description)} The same as <a href="/api/openapi.json">OpenAPI 3.1</a>.</p>
<p>Sign in with the one-time link, or send <code>Authorization: Bearer …</code>.</p>
${sections.join('\n')}
<h2>Problems</h2>
<table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>${problemRows()}</tbody></table>
<h2>Schemas</h2>
${schemas.map(([name, schema]) => schemaBlock(name, schema)).join('\n')}
</body>
</html>
`;
}

function operationBlock(path: string, method: string, { summary, parameters, requestBody, responses }: Operation): string {
  const inputs =
    parameters.length > 0
      ? `<table><thead><tr><th>Parameter</th><th>In</th><th>Value</th></tr></thead><tbody>${parameters.map(parameterRow).join('')}</tbody></table>`
      : '';
  const body = requestBody ? `<p>Body</p>${jsonBlock(requestBody['content'])}` : '';
  const answers = Object.entries(responses).map(
    ([status, response]) => `<tr><td>${text(status)}</td><td>${text(String(response['description']))}${reference(response)}</td></tr>`,
  );
  return `<details><summary><span class="method">${method.toUpperCase()}</span> <code>${text(path)}</code> ${text(summary)}</summary>
${inputs}${body}<table><thead><tr><th>Status</th><th>Answer</th></tr></thead><tbody>${answers.join('')}</tbody></table></details>`;
}

function parameterRow({ name, in: place, required, description, schema }: Parameter): string {
  return `<tr><td><code>${text(name)}</code>${required ? ' (required)' : ''}</td><td>${place}</td><td>${text(description ?? '')} <code>${text(JSON.stringify(schema))}</code></td></tr>`;
}

/** A link to the schema of an answer that has a name. */
function reference(response: Record<string, unknown>): string {
  const name = /"#\/components\/schemas\/(\w+)"/.exec(JSON.stringify(response['content'] ?? {}))?.[1];
  return name === undefined ? '' : ` <a href="#schema-${name}">${name}</a>`;
}

function schemaBlock(name: string, schema: Record<string, unknown>): string {
  return `<details id="schema-${text(name)}"><summary><code>${text(name)}</code></summary>${jsonBlock(schema)}</details>`;
}

function problemRows(): string {
  return Object.entries(ERROR_CODES)
    .map(
      ([code, [status, , title]]) =>
        `<tr id="${text(code)}"><td><code>${text(code)}</code></td><td>${status}</td><td>${text(title)}</td></tr>`,
    )
    .join('');
}

function jsonBlock(value: unknown): string {
  return `<pre>${text(JSON.stringify(value, null, 2))}</pre>`;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
