/**
 * Does a node or an edge match `errors > 1% and not namespace = shop`? The language of Find and Hide.
 * or < and < not < (…) or a test; a test is a flag (`idle`) or `field operator value`. Names and values ignore case.
 * Invariant: parsing never throws; a mistake is a value with its position and what could stand there.
 */
import { FIELDS, FIELD_NAMES, type Field, type Subject, type Unit } from './expression-fields.js';

export const OPERATORS = ['=', '!=', '>', '>=', '<', '<=', '~', '!~'] as const;
export type Operator = (typeof OPERATORS)[number];

export type Expression =
  | { type: 'or' | 'and'; left: Expression; right: Expression }
  | { type: 'not'; operand: Expression }
  | { type: 'flag'; field: Extract<Field, { type: 'flag' }> }
  | { type: 'number'; field: Extract<Field, { type: 'number' }>; operator: Operator; value: number | null }
  | { type: 'text'; field: Extract<Field, { type: 'text' }>; operator: Operator; value: string };

export interface ExpressionProblem {
  message: string;
  /** Offset of the first character that does not fit, and how many do not. */
  position: number;
  length: number;
  suggestions: string[];
}
export type ParsedExpression = { ok: true; expression: Expression | null } | { ok: false; problem: ExpressionProblem };

interface Token {
  text: string;
  position: number;
  quoted: boolean;
}

const TOKEN = /\s+|"((?:[^"\\]|\\.)*)"|'([^']*)'|&&|\|\||[<>!]=|!~|[()=<>~!]|[^\s()=<>~!"'&|]+|./gu;
/** Longer input is a paste by mistake; the bound keeps recursion shallow. */
export const MAX_EXPRESSION_CHARS = 500;

class Stop extends Error {
  constructor(readonly problem: ExpressionProblem) {
    super(problem.message);
  }
}

function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    if (match[0].trim() === '') continue;
    const quoted = match[1] ?? match[2];
    tokens.push({ text: quoted ?? match[0], position: match.index, quoted: quoted !== undefined });
  }
  return tokens;
}

const SCALE: Record<Unit, Record<string, number>> = {
  percent: { '': 0.01, '%': 0.01 },
  perSecond: { '': 1, '/s': 1, rps: 1, 'req/s': 1, 'k/s': 1000, k: 1000 },
  milliseconds: { '': 1, ms: 1, s: 1000, us: 0.001, µs: 0.001 },
  bytesPerSecond: {
    '': 1,
    'b/s': 1,
    b: 1,
    'kb/s': 1e3,
    kb: 1e3,
    'mb/s': 1e6,
    mb: 1e6,
    'gb/s': 1e9,
    gb: 1e9,
    'kib/s': 1024,
    'mib/s': 1_048_576,
    'gib/s': 1_073_741_824,
  },
};
const EXAMPLE: Record<Unit, string[]> = {
  percent: ['1%', '5%', '100%'],
  perSecond: ['1', '10', '100'],
  milliseconds: ['200ms', '1s'],
  bytesPerSecond: ['100kB/s', '1MB/s'],
};

/** The value in the unit of the contract, null for `unknown`, undefined where it is no such amount. */
function amountOf(text: string, unit: Unit): number | null | undefined {
  if (text.toLowerCase() === 'unknown') return null;
  const match = /^(\d+(?:\.\d+)?|\.\d+)(.*)$/u.exec(text);
  const scale = match && SCALE[unit][(match[2] ?? '').toLowerCase()];
  return scale ? Number(match[1]) * scale : undefined;
}

/** Edit distance, at most `names.length * 20 * 20` steps: names are short. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

/** The closest names: those that begin so, then those within a typing error or two. */
function closest(word: string, names: readonly string[]): string[] {
  const wanted = word.slice(0, 20).toLowerCase();
  const begins = names.filter((name) => wanted !== '' && name.startsWith(wanted));
  const near = names.filter((name) => !begins.includes(name) && distance(wanted, name) <= 2);
  return [...begins, ...near].slice(0, 6);
}

class Parser {
  private index = 0;

  constructor(
    private readonly tokens: Token[],
    private readonly end: number,
  ) {}

  parse(): Expression {
    const expression = this.either();
    const rest = this.tokens[this.index];
    if (rest) this.fail(`Expected "and" or "or" before "${rest.text}"`, ['and', 'or'], rest);
    return expression;
  }

  private either(): Expression {
    let left = this.both();
    while (this.take('or', '||')) left = { type: 'or', left, right: this.both() };
    return left;
  }

  private both(): Expression {
    let left = this.unary();
    while (this.take('and', '&&')) left = { type: 'and', left, right: this.unary() };
    return left;
  }

  private unary(): Expression {
    if (this.take('not', '!')) return { type: 'not', operand: this.unary() };
    const opening = this.tokens[this.index];
    if (!this.take('(')) return this.test();
    const inner = this.either();
    if (!this.take(')')) this.fail('This parenthesis is not closed', [')'], opening);
    return inner;
  }

  private test(): Expression {
    const token = this.tokens[this.index];
    if (!token) this.fail('Expected a field, such as errors or namespace', FIELD_NAMES.slice(0, 6));
    const field = FIELDS.find(({ name }) => name === token.text.toLowerCase());
    if (!field) this.fail(`There is no field "${token.text}"`, closest(token.text, FIELD_NAMES), token);
    this.index += 1;
    return field.type === 'flag' ? { type: 'flag', field } : this.comparison(field);
  }

  private comparison(field: Exclude<Field, { type: 'flag' }>): Expression {
    const token = this.tokens[this.index];
    const operator = OPERATORS.find((name) => name === token?.text);
    const allowed = field.type === 'number' ? ['>', '>=', '<', '<=', '=', '!='] : ['=', '!=', '~', '!~'];
    if (!token || !operator || !allowed.includes(operator)) {
      this.fail(`${field.name} is compared with ${allowed.join(' ')}`, allowed, token);
    }
    this.index += 1;
    const value = this.tokens[this.index];
    if (!value || (!value.quoted && /^[()=<>~!&|]/u.test(value.text))) {
      const examples = field.type === 'number' ? EXAMPLE[field.unit] : [...(field.values ?? ['"…"'])];
      this.fail(`${field.name} ${operator} needs a value`, examples, value);
    }
    this.index += 1;
    return field.type === 'number' ? this.amount(field, operator, value) : this.word(field, operator, value);
  }

  private amount(field: Extract<Field, { type: 'number' }>, operator: Operator, token: Token): Expression {
    // `1 MB/s` with a space is one amount as well.
    const next = this.tokens[this.index];
    const joined = next && !next.quoted ? amountOf(`${token.text}${next.text}`, field.unit) : undefined;
    const value = joined ?? amountOf(token.text, field.unit);
    if (joined !== undefined) this.index += 1;
    if (value === undefined) this.fail(`"${token.text}" is not an amount of ${field.name}`, EXAMPLE[field.unit], token);
    return { type: 'number', field, operator, value };
  }

  private word(field: Extract<Field, { type: 'text' }>, operator: Operator, token: Token): Expression {
    const value = token.text.toLowerCase();
    const known = field.values?.map((name) => name.toLowerCase());
    if (known && !operator.endsWith('~') && !known.includes(value)) {
      const near = closest(value, known);
      this.fail(`${field.name} is never "${token.text}"`, near.length > 0 ? near : [...(field.values ?? [])], token);
    }
    return { type: 'text', field, operator, value };
  }

  private take(...words: string[]): boolean {
    const token = this.tokens[this.index];
    if (!token || token.quoted || !words.includes(token.text.toLowerCase())) return false;
    this.index += 1;
    return true;
  }

  private fail(message: string, suggestions: readonly string[], token?: Token): never {
    const position = token?.position ?? this.end;
    throw new Stop({ message, position, length: token?.text.length ?? 0, suggestions: [...suggestions] });
  }
}

/** Blank text is the expression that asks nothing: null. */
export function parseExpression(text: string): ParsedExpression {
  if (text.length > MAX_EXPRESSION_CHARS) {
    const message = `An expression has at most ${MAX_EXPRESSION_CHARS} characters`;
    return { ok: false, problem: { message, position: MAX_EXPRESSION_CHARS, length: text.length, suggestions: [] } };
  }
  if (text.trim() === '') return { ok: true, expression: null };
  try {
    return { ok: true, expression: new Parser(tokenise(text), text.length).parse() };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, problem: error.problem };
    throw error;
  }
}

function compare(actual: number | null | undefined, operator: Operator, wanted: number | null): boolean {
  if (wanted === null) return operator === '!=' ? typeof actual === 'number' : actual === null;
  if (actual === null || actual === undefined) return false;
  // Shares are sums of floats: 0.999999999 is 100 % to people.
  const same = Math.abs(actual - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
  if (operator === '=') return same;
  if (operator === '!=') return !same;
  if (operator === '>') return actual > wanted && !same;
  if (operator === '>=') return actual > wanted || same;
  if (operator === '<') return actual < wanted && !same;
  return actual < wanted || same;
}

/** `*` in a value stands for anything, as in `name = check*`. */
function equals(actual: string, wanted: string): boolean {
  if (!wanted.includes('*')) return actual === wanted;
  const pattern = wanted
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/gu, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${pattern}$`, 'u').test(actual);
}

function matchesText(values: (string | undefined)[], operator: Operator, wanted: string): boolean {
  const actual = values.filter((value) => value !== undefined).map((value) => value.toLowerCase());
  if (operator === '=') return actual.some((value) => equals(value, wanted));
  if (operator === '!=') return !actual.some((value) => equals(value, wanted));
  const contains = actual.some((value) => value.includes(wanted));
  return operator === '~' ? contains : !contains;
}

export function matches(expression: Expression, subject: Subject): boolean {
  switch (expression.type) {
    case 'or':
      return matches(expression.left, subject) || matches(expression.right, subject);
    case 'and':
      return matches(expression.left, subject) && matches(expression.right, subject);
    case 'not':
      return !matches(expression.operand, subject);
    case 'flag':
      return expression.field.read(subject);
    case 'number':
      return expression.field.read(subject).some((value) => compare(value, expression.operator, expression.value));
    case 'text':
      return matchesText(expression.field.read(subject), expression.operator, expression.value);
  }
}
