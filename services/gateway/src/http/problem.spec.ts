import { BadRequestException, NotFoundException } from '@nestjs/common';
import { problemDocument } from '@observatory/contracts';
import { DomainError } from '@observatory/platform';
import { asHttpError, problemOf } from './problem.js';

describe('problem documents', () => {
  const check = (thrown: unknown, status: number, code: string) => {
    const problem = problemOf(asHttpError(thrown), '/api/v1/x');
    expect([problem.status, problem.code]).toEqual([status, code]);
    expect(problemDocument.safeParse(problem).success).toBe(true);
    return problem;
  };
  const fastify = (code: string, statusCode: number) => Object.assign(new Error('said by Fastify'), { code, statusCode });

  it('keeps what services say', () => {
    const errors = [{ path: 'query.at', message: 'no' }];
    expect(check(new DomainError('request/invalid', { errors, message: 'at: no' }), 400, 'request/invalid')).toMatchObject({
      detail: 'at: no',
      errors,
    });
    expect(check(new DomainError('service/unavailable'), 503, 'service/unavailable').detail).toBeUndefined();
  });
  it("knows NestJS's errors", () => {
    check(new NotFoundException('Cannot GET /x'), 404, 'resource/not-found');
    check(new BadRequestException('no'), 400, 'request/invalid');
  });
  it("knows Fastify's errors", () => {
    check(fastify('FST_ERR_CTP_BODY_TOO_LARGE', 413), 413, 'request/too-large');
    check(fastify('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415), 415, 'request/media-type');
    check(fastify('FST_ERR_CTP_INVALID_JSON_BODY', 400), 400, 'request/invalid');
    check(fastify('FST_ERR_BAD_URL', 400), 400, 'request/invalid');
  });
  it('shows nothing of what is not ours', () => {
    for (const thrown of [new Error('password=1'), 'password=1', undefined, { statusCode: 500, message: 'password=1' }]) {
      expect(JSON.stringify(check(thrown, 500, 'internal/bug'))).not.toContain('password');
    }
  });
});
