/** The HTTP door of every service, as a kubelet and a Prometheus see it. */
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { Dependencies, HealthModule } from '../src/index.js';

describe('the HTTP door', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ imports: [HealthModule.forService('certs')] }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());

  it('says that the process runs', async () => {
    await request(app.getHttpServer()).get('/healthz').expect(200, { status: 'ok' });
  });

  it('is ready with a dependency away, and says which', async () => {
    app.get(Dependencies).set('nats', 'down', 'the connection was lost');
    const { body } = await request(app.getHttpServer()).get('/readyz').expect(200);
    expect(body).toEqual({ status: 'ready', service: 'certs', dependencies: { nats: 'down' } });
  });

  it('has metrics of the process, labelled by service', async () => {
    const { text } = await request(app.getHttpServer()).get('/metrics').expect(200);
    expect(text).toMatch(/process_cpu_seconds_total\{service="certs"\} \d/);
  });
});
