/** `/api/openapi.json`, and the same as a page. Open to all: it says nothing about the mesh. */
import { Controller, Get, Req, Res } from '@nestjs/common';
import { SUITE_VERSION } from '@observatory/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Representation } from '../http/representation.js';
import { respond } from '../http/respond.js';
import { ROUTES } from '../http/route-table.js';
import { docsPage, DOCS_STYLE } from './docs-page.js';
import { openApiDocument } from './document.js';

@Controller('api')
export class OpenApiController {
  private readonly document: Representation;
  private readonly page: Representation;
  private readonly style = new Representation(Buffer.from(DOCS_STYLE), undefined, 'text/css; charset=utf-8');

  constructor() {
    const document = openApiDocument(ROUTES, SUITE_VERSION);
    this.document = Representation.json(document);
    this.page = new Representation(Buffer.from(docsPage(document)), undefined, 'text/html; charset=utf-8');
  }

  @Get('openapi.json')
  async openapi(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await respond(request, reply, { representation: this.document });
  }

  @Get('docs')
  async docs(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await respond(request, reply, { representation: this.page });
  }

  @Get('docs/style.css')
  async styles(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await respond(request, reply, { representation: this.style });
  }
}
