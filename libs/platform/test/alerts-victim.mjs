// One replica that raises an alert, tells it, withdraws it and tells that, and kills itself with SIGKILL at step KILL_AT
// (before each write, after each commit, before and after each publication and POST). Exits 0 when it came to its end.
import 'reflect-metadata';
import { AlertBook } from '../dist/alerts/alert-book.js';
import { AlertDispatcher } from '../dist/alerts/alert-dispatcher.js';
import { Database } from '../dist/database/database.js';
import { Dependencies } from '../dist/health/dependencies.js';
import { NatsLink } from '../dist/nats/connection.js';
import { EventBus } from '../dist/nats/event-bus.js';

const { DATABASE_URL, NATS_URL, WEBHOOK_URL, KEY, KILL_AT } = process.env;
const killAt = Number(KILL_AT);
let step = 0;
let armed = false;
const mark = () => {
  if (!armed) return;
  step += 1;
  if (step === killAt) process.kill(process.pid, 'SIGKILL');
};
const stepped = async (work) => {
  mark();
  const outcome = await work();
  mark();
  return outcome;
};

// To die before a read is to die after the write before it.
const writes = (sql) => /^\s*(INSERT|UPDATE|DELETE)/.test(sql);

class SteppedDatabase extends Database {
  async transaction(run) {
    let wrote = false;
    const outcome = await super.transaction((session) =>
      run({
        query: (sql, parameters) => {
          if (writes(sql)) {
            wrote = true;
            mark();
          }
          return session.query(sql, parameters);
        },
      }),
    );
    if (wrote) mark();
    return outcome;
  }
}
const realFetch = globalThis.fetch;
globalThis.fetch = (...request) => stepped(() => realFetch(...request));

const database = new SteppedDatabase({ url: DATABASE_URL, schema: 'trial', migrations: [] }, new Dependencies());
await new Promise((resolve) => database.onUp(resolve));
const link = new NatsLink(NATS_URL, 'victim', new Dependencies());
await link.ready;
const bus = new EventBus(link);
const webhooks = [{ name: 'ops', kind: 'generic', url: WEBHOOK_URL, minSeverity: 'low' }];
const book = new AlertBook(database, 'trial', webhooks);
armed = true;
const dispatcher = new AlertDispatcher(database, book, {
  webhooks,
  publish: (news) =>
    stepped(() =>
      bus.publish({ subject: 'observatory.v1.events.trial.told' }, news.id, { key: news.alert.key, transition: news.transition }),
    ),
});
const settled = async () => {
  for (;;) {
    const waiting = await Database.prototype.query.call(database, "SELECT 1 FROM trial.alert_deliveries WHERE state = 'waiting'", []);
    if (waiting.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const alert = { key: KEY, rule: 'expired', severity: 'high', title: 'It expired', detail: 'An hour ago', labels: { cluster: 'east' } };
await book.sync(KEY, [alert], { now: new Date() });
await settled();
await book.sync(KEY, [], { now: new Date() });
await settled();
await dispatcher.onApplicationShutdown();
process.exit(0);
