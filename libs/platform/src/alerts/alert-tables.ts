/**
 * The tables of alerts, in the schema of the service that raises them. A service calls both from a migration of its own.
 * Never edited once landed: what changes later is another function.
 */
interface Runner {
  query(sql: string): Promise<unknown>;
}

const tables = (schema: string): string => `
CREATE TABLE ${schema}.alerts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  scope text NOT NULL,
  key text NOT NULL,
  rule text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
  title text NOT NULL,
  detail text NOT NULL,
  labels jsonb NOT NULL,
  path text,
  data jsonb,
  raised_at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  withdrawn_because text
);
CREATE UNIQUE INDEX alerts_open ON ${schema}.alerts (key) WHERE withdrawn_at IS NULL;
CREATE INDEX alerts_open_of_scope ON ${schema}.alerts (scope) WHERE withdrawn_at IS NULL;
CREATE INDEX alerts_newest ON ${schema}.alerts (raised_at, id);
CREATE TABLE ${schema}.alert_deliveries (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  alert_id uuid NOT NULL REFERENCES ${schema}.alerts (id) ON DELETE CASCADE,
  channel text NOT NULL,
  transition text NOT NULL CHECK (transition IN ('raised', 'withdrawn')),
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'given-up')),
  attempts integer NOT NULL DEFAULT 0,
  alone boolean NOT NULL DEFAULT false,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  next_at timestamptz NOT NULL DEFAULT now(),
  settled_at timestamptz,
  UNIQUE (alert_id, channel, transition)
);
CREATE INDEX alert_deliveries_waiting ON ${schema}.alert_deliveries (channel, seq) WHERE state = 'waiting';
CREATE TABLE ${schema}.alert_channels (
  channel text PRIMARY KEY,
  repeated_at timestamptz NOT NULL
)`;

export async function createAlertTables(runner: Runner, schema: string): Promise<void> {
  for (const statement of tables(schema).split(';')) await runner.query(statement);
}

/** For a service whose alerts may become worse (`AlertBook.worsen`). */
export async function allowWorsenedAlerts(runner: Runner, schema: string): Promise<void> {
  await runner.query(`ALTER TABLE ${schema}.alert_deliveries DROP CONSTRAINT alert_deliveries_transition_check`);
  await runner.query(
    `ALTER TABLE ${schema}.alert_deliveries ADD CONSTRAINT alert_deliveries_transition_check CHECK (transition IN ('raised', 'worsened', 'withdrawn'))`,
  );
}

export async function forbidWorsenedAlerts(runner: Runner, schema: string): Promise<void> {
  await runner.query(`DELETE FROM ${schema}.alert_deliveries WHERE transition = 'worsened'`);
  await runner.query(`ALTER TABLE ${schema}.alert_deliveries DROP CONSTRAINT alert_deliveries_transition_check`);
  await runner.query(
    `ALTER TABLE ${schema}.alert_deliveries ADD CONSTRAINT alert_deliveries_transition_check CHECK (transition IN ('raised', 'withdrawn'))`,
  );
}

export async function dropAlertTables(runner: Runner, schema: string): Promise<void> {
  for (const table of ['alert_channels', 'alert_deliveries', 'alerts']) await runner.query(`DROP TABLE ${schema}.${table}`);
}
