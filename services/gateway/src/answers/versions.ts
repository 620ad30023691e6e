/**
 * What the answers of each kind follow: the newest event about it, by its place in the stream, which is the same on every replica.
 * An answer asked for under one version is fresh until the next.
 */
import { Injectable } from '@nestjs/common';

/** `moments`: no event tells, so for seconds only. */
export type Followed = 'topology' | 'window' | 'policy' | 'anomaly' | 'certificate' | 'moments' | 'nothing';

@Injectable()
export class Versions {
  private readonly current: Record<Followed, string> = {
    topology: 'none',
    window: 'none',
    policy: 'none',
    anomaly: 'none',
    certificate: 'none',
    moments: 'fixed',
    nothing: 'fixed',
  };
  private readonly listeners: ((followed: Followed) => void)[] = [];

  of(followed: Followed): string {
    return this.current[followed];
  }

  moved(followed: Exclude<Followed, 'nothing' | 'moments'>, seq: number): void {
    this.current[followed] = String(seq);
    for (const listener of this.listeners) listener(followed);
  }

  onMoved(listener: (followed: Followed) => void): void {
    this.listeners.push(listener);
  }
}
