/**
 * What a webhook is sent: Slack's incoming webhooks (text with blocks), Alertmanager's `POST /api/v2/alerts`
 * (prometheus/alertmanager api/v2/openapi.yaml), or our own JSON with an HMAC. Pure.
 * Invariant: what comes from the mesh (names, subjects) cannot become markup of the receiver's.
 */
import { createHmac } from 'node:crypto';
import { ALERT_SEVERITIES, type AlertNews, type StoredAlert } from './alert.js';

/** Slack cuts messages off beyond this. */
const SLACK_LINES_MAX = 20;
const SLACK_LINE_MAX = 1000;
/** Alertmanager resolves an alert by itself at this time unless it hears of it again; we say when it is over. */
const OPEN_FOR_MS = 7 * 86_400_000;

const SEVERITY_MARKS = { critical: ':red_circle:', high: ':large_orange_circle:', medium: ':large_yellow_circle:', low: ':white_circle:' };

/** Slack's own three characters, and what would end a line. */
const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(/\s+/g, ' ').slice(0, SLACK_LINE_MAX);

function slackLine({ alert, transition }: AlertNews, publicUrl: string | undefined): string {
  const link = publicUrl !== undefined && alert.path !== undefined ? ` (<${urlOf(alert, publicUrl)}|open>)` : '';
  if (transition === 'withdrawn')
    return `:white_check_mark: Over: ${slackText(alert.title)}. ${slackText(alert.withdrawnBecause ?? '')}${link}`;
  const worse = transition === 'worsened' ? `Now ${alert.severity}: ` : '';
  return `${SEVERITY_MARKS[alert.severity]} ${worse}*${slackText(alert.title)}*: ${slackText(alert.detail)}${link}`;
}

function urlOf({ path }: StoredAlert, publicUrl: string): string {
  return `${publicUrl.replace(/\/+$/, '')}${path ?? ''}`.replaceAll(/[<>|\s]/g, encodeURIComponent);
}

export function slackBody(news: readonly AlertNews[], publicUrl?: string): string {
  const lines = news.slice(0, SLACK_LINES_MAX).map((one) => slackLine(one, publicUrl));
  if (news.length > SLACK_LINES_MAX) lines.push(`… and ${news.length - SLACK_LINES_MAX} more`);
  return JSON.stringify({ text: lines.join('\n') });
}

/** Names of Prometheus' labels. */
const labelName = (name: string): string => name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');

/** To Alertmanager another severity is another alert: the milder ones end where it became worse. */
function withMilder({ alert, transition }: AlertNews, now: Date): StoredAlert[] {
  if (transition !== 'worsened') return [alert];
  const milder = ALERT_SEVERITIES.slice(ALERT_SEVERITIES.indexOf(alert.severity) + 1);
  return [...milder.map((severity) => ({ ...alert, severity, withdrawnAt: now })), alert];
}

export function alertmanagerBody(news: readonly AlertNews[], options: { now: Date; publicUrl?: string | undefined }): string {
  const { now, publicUrl } = options;
  return JSON.stringify(
    news
      .flatMap((one) => withMilder(one, now))
      .map((alert) => ({
        labels: {
          ...Object.fromEntries(Object.entries(alert.labels).map(([name, value]) => [labelName(name), value])),
          alertname: alert.rule,
          severity: alert.severity,
          alert_key: alert.key,
        },
        annotations: { summary: alert.title, description: alert.detail },
        startsAt: alert.raisedAt.toISOString(),
        endsAt: (alert.withdrawnAt ?? new Date(now.getTime() + OPEN_FOR_MS)).toISOString(),
        ...(publicUrl === undefined ? {} : { generatorURL: urlOf(alert, publicUrl) }),
      })),
  );
}

export function genericBody(news: readonly AlertNews[], publicUrl?: string): string {
  return JSON.stringify({
    version: 1,
    alerts: news.map(({ id, transition, alert }) => ({
      /** The same however often it is sent. */
      deliveryId: id,
      transition,
      id: alert.id,
      key: alert.key,
      rule: alert.rule,
      severity: alert.severity,
      title: alert.title,
      detail: alert.detail,
      labels: alert.labels,
      raisedAt: alert.raisedAt.toISOString(),
      ...(alert.withdrawnAt ? { withdrawnAt: alert.withdrawnAt.toISOString(), withdrawnBecause: alert.withdrawnBecause } : {}),
      ...(publicUrl !== undefined && alert.path !== undefined ? { url: urlOf(alert, publicUrl) } : {}),
    })),
  });
}

/** `t=<unix seconds>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>`, so that an old body cannot be sent again as new. */
export function signatureOf(body: string, secret: string, now: Date): string {
  const at = Math.floor(now.getTime() / 1000);
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}
