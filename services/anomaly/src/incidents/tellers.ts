/** Whom incidents are told to: the webhooks through the book of alerts, everybody through the outbox. */
import { Injectable } from '@nestjs/common';
import { AlertBook } from '@observatory/platform';
import { Outbox } from './outbox.service.js';

@Injectable()
export class Tellers {
  constructor(
    readonly book: AlertBook,
    private readonly outbox: Outbox,
  ) {}

  /** After a commit. */
  wake(): void {
    this.book.announce();
    this.outbox.wake();
  }
}
