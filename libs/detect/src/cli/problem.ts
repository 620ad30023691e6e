/** What a person who ran the command can put right: printed without a stack, with the exit code that says whose fault it was. */
export class Problem extends Error {
  constructor(
    message: string,
    /** 1: the data cannot be used. 2: the command was called wrongly. */
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}
