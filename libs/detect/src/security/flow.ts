/** What patterns of attack are looked for in: one edge in one window, and what is known of it. Rates per second. */
import type { AnomalyEvidence, AttackTechnique, EndpointIdentity, SecurityType, Severity } from '@observatory/contracts';

export interface Flow {
  readonly id: string;
  readonly sourceId: string;
  readonly targetId: string;
  readonly source: EndpointIdentity;
  readonly target: EndpointIdentity;
  readonly protocol: string;
  readonly requests: number;
  readonly errors: number;
  readonly denied: number;
  readonly notFound: number;
  readonly refused: number;
  readonly overloaded: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly connections: number;
  readonly mutualTls: number;
  readonly plaintext: number;
}

export interface SecurityFinding {
  readonly type: SecurityType;
  /** Id of an edge or of a node. */
  readonly subjectId: string;
  /** -log10 of how rare; the preset makes a score of it. */
  readonly rarity: number;
  readonly severity: Severity;
  readonly evidence: readonly Omit<AnomalyEvidence, 'since' | 'score'>[];
  readonly technique: AttackTechnique;
  readonly about: Readonly<Record<string, string>>;
  /** Windows that must agree; patterns that sum over time need fewer. */
  readonly needed: number;
  /** For the allow-list. */
  readonly sourceId: string;
  readonly targetId: string | undefined;
}

export const isOutside = ({ kind, role }: EndpointIdentity): boolean =>
  kind === 'external' || kind === 'serviceEntry' || role === 'passthrough' || role === 'egress';

export const nameOf = ({ namespace, name }: EndpointIdentity): string => (namespace === '' ? name : `${namespace}/${name}`);

const technique = (id: string, name: string, tactic: string): AttackTechnique => ({ id, name, tactic });
/** MITRE ATT&CK enterprise, v15. */
export const TECHNIQUES = {
  exfiltrationWeb: technique('T1567', 'Exfiltration Over Web Service', 'Exfiltration'),
  exfiltration: technique('T1048', 'Exfiltration Over Alternative Protocol', 'Exfiltration'),
  lateral: technique('T1021', 'Remote Services', 'Lateral Movement'),
  denialOfService: technique('T1499', 'Endpoint Denial of Service', 'Impact'),
  bruteForce: technique('T1110', 'Brute Force', 'Credential Access'),
  spraying: technique('T1110.003', 'Password Spraying', 'Credential Access'),
  scanning: technique('T1046', 'Network Service Discovery', 'Discovery'),
  beaconing: technique('T1071', 'Application Layer Protocol', 'Command and Control'),
  downgrade: technique('T1562.010', 'Downgrade Attack', 'Defense Evasion'),
  denied: technique('T1190', 'Exploit Public-Facing Application', 'Initial Access'),
} as const;
